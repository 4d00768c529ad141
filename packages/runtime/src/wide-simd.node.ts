import { setFlagsFromString } from 'node:v8'
import { TreadleError } from '@treadle/core'
import { compileKernels } from '@treadle/kernels'
import { WIDE_SIMD_FLAG, type WideSimd, type WideSimdPlatform } from './wide-simd.ts'

/** Older versions do not know the flag, or it has no effect there. */
const LEAST_VERSION = 24
/** V8's default of `--wasm-tiering-budget`. */
const USUAL_BUDGET = 13_000_000

const state: WideSimd = {
  on: process.execArgv.some((word) => word.replaceAll('_', '-') === WIDE_SIMD_FLAG),
  obstacle: findObstacle(),
}

export const wide: WideSimdPlatform = {
  state,
  check: (wideSimd, fastMath) => checkWideSimd(state, wideSimd, fastMath),
  compile: (options) => (state.on ? compileChecked(options) : compileKernels(options)),
  start: async (options, signal) => (await import('./bring-up-wide.ts')).bringUpWide(options, signal),
}

function findObstacle(): string | undefined {
  const { node, bun, deno } = process.versions as Record<string, string | undefined>
  const other = bun === undefined ? (deno === undefined ? undefined : `Deno ${deno}`) : `Bun ${bun}`
  if (other !== undefined || Number.parseInt(node ?? '', 10) < LEAST_VERSION)
    return `it needs Node.js ≥ ${LEAST_VERSION}, and this is ${other ?? `Node.js ${node}`}`
  if (process.arch !== 'x64') return `it needs a processor with AVX2, and this is ${process.arch}`
  return undefined
}

export function checkWideSimd({ on, obstacle }: WideSimd, wideSimd: boolean, fastMath = false): void {
  if (!wideSimd) {
    if (!on) return
    throw new TreadleError(
      'RUNTIME_WIDE_SIMD_UNSAFE',
      `Starting the runtime failed: this process runs with ${WIDE_SIMD_FLAG}, which makes V8 compile the kernels of TensorFlow.js wrongly. Start Node.js without the flag, or start the runtime with \`wideSimd: true\` (treadle train --wide-simd), which runs compiled programs only.`,
    )
  }
  if (fastMath) {
    throw new TreadleError(
      'RUNTIME_BAD_OPTION',
      '`wideSimd` (=true) cannot be combined with `fastMath` (=true): only exact kernels have known answers to check. Leave one of them out.',
    )
  }
  if (obstacle !== undefined) {
    throw new TreadleError(
      'RUNTIME_NO_WIDE_SIMD',
      `\`wideSimd\` (=true) is not supported here: ${obstacle}. Leave it out (--no-wide-simd): the bits are the same without it.`,
    )
  }
  if (!on) {
    throw new TreadleError(
      'RUNTIME_WIDE_SIMD_OFF',
      `\`wideSimd\` (=true) needs a process that was started with \`node ${WIDE_SIMD_FLAG}\`. Restart it with the flag, or leave the option out.`,
    )
  }
}

/** V8 optimises each function at its first call and waits for it. The two settings change no results, and end with the check. */
async function compileChecked(options: Parameters<typeof compileKernels>[0]): Promise<WebAssembly.Module> {
  if (options.relaxed || options.binary instanceof WebAssembly.Module) {
    throw new TreadleError(
      'RUNTIME_BAD_OPTION',
      `Kernels that use relaxed SIMD, or that were compiled elsewhere, cannot be checked, so they cannot run in a process with ${WIDE_SIMD_FLAG}. Give the bytes or the URL of the exact kernels, or leave the option out.`,
    )
  }
  const { checkKnownAnswers } = await import('@treadle/kernels/known-answers')
  setFlagsFromString('--wasm-sync-tier-up')
  setFlagsFromString('--wasm-tiering-budget=1')
  try {
    const module = await compileKernels(options)
    await checkKnownAnswers(module, options.shared, true)
    return module
  } finally {
    setFlagsFromString('--no-wasm-sync-tier-up')
    setFlagsFromString(`--wasm-tiering-budget=${USUAL_BUDGET}`)
  }
}
