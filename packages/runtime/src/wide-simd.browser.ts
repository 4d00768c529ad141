import { TreadleError } from '@treadle/core'
import { compileKernels } from '@treadle/kernels'
import type { WideSimdPlatform } from './wide-simd.ts'

const unsupported = () =>
  new TreadleError(
    'RUNTIME_NO_WIDE_SIMD',
    '`wideSimd` (=true) needs Node.js ≥ 24. Leave it out: the bits are the same.',
  )

export const wide: WideSimdPlatform = {
  state: { on: false, obstacle: 'it needs Node.js ≥ 24' },
  check(wideSimd) {
    if (wideSimd) throw unsupported()
  },
  compile: compileKernels,
  start: () => Promise.reject(unsupported()),
}
