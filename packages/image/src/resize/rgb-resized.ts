import type { CropWindow } from '../crop.ts'
import type { Tap } from '../filters.ts'
import type { Picture } from '../picture.ts'
import { binary } from './sums.ts'

/** See assembly/sums.ts. All arguments but counts are addresses. */
interface Kernel {
  readonly memory: WebAssembly.Memory
  readonly sumRows: (
    rows: number,
    stride: number,
    count: number,
    taps: number,
    tapCount: number,
    weights: number,
    sums: number,
  ) => void
  readonly addRows: (rows: number, count: number, length: number, weights: number, results: number) => void
}

/** Bytes of rows that are summed in one call: they fit into the caches of a core. */
const STRIP = 2 ** 18
/** The memory never shrinks: wider pictures, and larger results, are for JavaScript. */
const MOST_PIXELS_IN_ROW = 2 ** 15
const MOST_RESULTS = 2 ** 19
const PAGE = 2 ** 16

let kernel: Kernel | undefined
/** WebAssembly or its SIMD is missing, or a policy forbids it. */
let unavailable = false

/**
 * The weighted sums of a part of an RGB picture along its rows and then along its columns, to the bit as JavaScript computes
 * them, in a fraction of the time. Rows are copied once, a strip at a time.
 * @param across the taps of the width of the part, `down` those of its height
 * @returns float64, shape [down.length, across.length, 3], valid until the next call; undefined where the kernel is not
 *   available
 */
export function rgbResized(
  { data, width: whole }: Picture,
  { left, top, width, height }: CropWindow,
  across: readonly Tap[],
  down: readonly Tap[],
): Float64Array | undefined {
  const ofRow = across.length * 3
  if (width > MOST_PIXELS_IN_ROW || ofRow * down.length > MOST_RESULTS) return undefined
  const { memory, sumRows, addRows } = (kernel ??= openKernel()) ?? {}
  if (memory === undefined || sumRows === undefined || addRows === undefined) return undefined
  const stride = width * 3
  const strip = Math.min(height, Math.max(2, 2 * Math.floor(STRIP / stride / 2)))
  const acrossCount = countOf(across)
  // In order of alignment.
  const downAt = acrossCount * 8
  const resultsAt = downAt + countOf(down) * 8
  const sumsAt = resultsAt + down.length * ofRow * 8
  const tapsAt = sumsAt + strip * ofRow * 8
  const rowsAt = tapsAt + across.length * 8
  const missing = rowsAt + strip * stride + 1 - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
  const { buffer } = memory
  writeWeights(new Float64Array(buffer, 0, acrossCount), across)
  const startOfDown = writeWeights(new Float64Array(buffer, downAt, countOf(down)), down)
  const ranges = new Uint32Array(buffer, tapsAt, across.length * 2)
  across.forEach(({ first, weights }, tap) => {
    ranges[tap * 2] = first * 3
    ranges[tap * 2 + 1] = weights.length * 3
  })
  const rows = new Uint8Array(buffer, rowsAt, strip * stride)
  const results = new Float64Array(buffer, resultsAt, down.length * ofRow).fill(0)
  for (let y = 0; y < height; y += strip) {
    const end = Math.min(height, y + strip)
    copyRows(data, { whole, left, top: top + y, width, height: end - y }, rows)
    sumRows(rowsAt, stride, end - y, tapsAt, across.length, 0, sumsAt)
    down.forEach(({ first, weights }, target) => {
      const from = Math.max(y, first)
      const count = Math.min(end, first + weights.length) - from
      if (count <= 0) return
      const weightsAt = downAt + 8 * ((startOfDown[target] as number) + from - first)
      addRows(sumsAt + (from - y) * ofRow * 8, count, ofRow, weightsAt, resultsAt + target * ofRow * 8)
    })
  }
  return results
}

const countOf = (taps: readonly Tap[]): number => taps.reduce((sum, { weights }) => sum + weights.length, 0)

/** @returns where the weights of each tap begin */
function writeWeights(to: Float64Array, taps: readonly Tap[]): number[] {
  let at = 0
  return taps.map(({ weights }) => {
    const start = at
    to.set(weights, start)
    at += weights.length
    return start
  })
}

/** @param part `whole` is the width of the picture */
function copyRows(
  data: Uint8Array,
  { whole, left, top, width, height }: CropWindow & { readonly whole: number },
  rows: Uint8Array,
): void {
  if (width === whole) return rows.set(data.subarray(top * whole * 3, (top + height) * whole * 3))
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * whole + left) * 3
    rows.set(data.subarray(start, start + width * 3), y * width * 3)
  }
}

function openKernel(): Kernel | undefined {
  if (unavailable) return undefined
  try {
    const memory = new WebAssembly.Memory({ initial: 1 })
    const bytes = Uint8Array.from(atob(binary), (letter) => letter.charCodeAt(0))
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
    return exports as unknown as Kernel
  } catch {
    unavailable = true
    return undefined
  }
}
