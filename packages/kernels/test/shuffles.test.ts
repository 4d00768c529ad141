import { readFileSync } from 'node:fs'
import binaryen from 'assemblyscript/binaryen'
import { expect, test } from 'vitest'
import { refuseShuffles } from '../scripts/shuffles.js'

const vector = '(v128.load (i32.const 0))'

function binaryOf(expression: string): Uint8Array {
  const module = binaryen.parseText(`(module (memory 1) (func (v128.store (i32.const 0) ${expression})))`)
  module.setFeatures(binaryen.Features.SIMD128 | binaryen.Features.RelaxedSIMD)
  const binary = module.emitBinary()
  module.dispose()
  return binary
}

test.each([
  ['i8x16.shuffle', `(i8x16.shuffle 4 5 6 7 0 1 2 3 8 9 10 11 12 13 14 15 ${vector} ${vector})`],
  ['i8x16.swizzle', `(i8x16.swizzle ${vector} ${vector})`],
  ['i8x16.relaxed_swizzle', `(i8x16.relaxed_swizzle ${vector} ${vector})`],
])('the build refuses a binary with %s', (name, expression) => {
  expect(() => refuseShuffles('a.wasm', binaryOf(expression))).toThrow(`a.wasm holds 1 of ${name}`)
})

test('it accepts the built kernels', () => {
  refuseShuffles('kernels.wasm', readFileSync(new URL('../dist/kernels.wasm', import.meta.url)))
})
