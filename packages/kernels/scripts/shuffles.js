import binaryen from 'assemblyscript/binaryen'

/** @param {Uint8Array} binary @returns {string[]} the instructions of a module that move bytes between lanes */
function shufflesIn(binary) {
  const module = binaryen.readBinary(binary)
  const text = module.emitText()
  module.dispose()
  return text.match(/i8x16\.(shuffle|swizzle|relaxed_swizzle)/g) ?? []
}

/**
 * V8's `--experimental-wasm-revectorize`, which `wideSimd` of @treadle/runtime needs, compiles shuffles wrongly.
 * @param {string} name @param {Uint8Array} binary @throws where the module holds a shuffle or a swizzle
 */
export function refuseShuffles(name, binary) {
  const found = shufflesIn(binary)
  if (found.length === 0) return
  throw new Error(
    `${name} holds ${found.length} of ${[...new Set(found)].join(', ')}, which V8 compiles wrongly when it pairs 128-bit operations (wideSimd). Use shifts, selections, widening or single lanes of stores in assembly/ instead.`,
  )
}
