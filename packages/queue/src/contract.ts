import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import packageJson from '../package.json' with { type: 'json' }

/** What decides the bits of a result besides recipe and data: the version of Treadle and the bytes of its kernels. */
export function contract(): string {
  return (known ??= `${packageJson.version}+${kernels()}`)
}

let known: string | undefined

function kernels(): string {
  const file = fileURLToPath(import.meta.resolve('@treadle/kernels/kernels.wasm'))
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16)
}

/**
 * (module (func (export "f") (param f32 f32 f32) (result f32)
 *   (f32x4.extract_lane 0 (f32x4.relaxed_madd (f32x4.splat (local.get 0)) (f32x4.splat (local.get 1)) (f32x4.splat (local.get 2))))))
 */
const MADD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 125, 125, 125, 1, 125, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10,
  21, 1, 19, 0, 32, 0, 253, 19, 32, 1, 253, 19, 32, 2, 253, 19, 253, 133, 2, 253, 31, 0, 11,
]

/**
 * Whether relaxed SIMD rounds a multiplication and an addition once on this processor; undefined if the engine lacks
 * it. Only recipes with `fastMath` depend on it: all other results have the same bits on every processor.
 */
export function fusesMultiplyAdd(): boolean | undefined {
  const bytes = new Uint8Array(MADD)
  if (!WebAssembly.validate(bytes)) return undefined
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
  const x = Math.fround(1 + 2 ** -12)
  // x² = 1 + 2⁻¹¹ + 2⁻²⁴, whose last term a float32 product loses.
  return (exports['f'] as (...values: number[]) => number)(x, x, -(1 + 2 ** -11)) !== 0
}
