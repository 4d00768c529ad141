import type { Tap } from '../filters.ts'
import { type PictureValues, roundingOf } from '../picture.ts'
import { binary } from './sums.ts'
import type { Sums } from './weighted-sums.ts'

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

/** The instance that no picture uses. */
let idle: Kernel | undefined
let compiled: WebAssembly.Module | undefined
/** WebAssembly or its SIMD is missing, or a policy forbids it. */
let unavailable = false

/** The kernel for pictures of these sizes; undefined where JavaScript is to sum. `KernelSums` gives it back. */
export function takeKernel(width: number, across: number, down: number): Kernel | undefined {
  if (width > MOST_PIXELS_IN_ROW || across * 3 * down > MOST_RESULTS) return undefined
  const taken = idle ?? openKernel()
  idle = undefined
  return taken
}

/** The sums of rows of RGB bytes by a kernel: those of `PlainSums` to the bit, in a fraction of the time. */
export class KernelSums implements Sums {
  readonly #kernel: Kernel
  readonly #down: readonly Tap[]
  readonly #result: PictureValues
  readonly #stride: number
  readonly #ofRow: number
  readonly #acrossCount: number
  /** Rows of a strip; even, as the kernel sums two at a time. */
  readonly #strip: number
  readonly #at: Record<'down' | 'results' | 'sums' | 'taps' | 'rows', number>
  readonly #startOfDown: readonly number[]
  readonly #rows: Uint8Array
  /** The first row of the strip, and the rows that it has. */
  #y = 0
  #count = 0

  /** @param width of a row, `height` of all rows */
  constructor(
    kernel: Kernel,
    { width, height }: { readonly width: number; readonly height: number },
    across: readonly Tap[],
    down: readonly Tap[],
    result: PictureValues,
  ) {
    const { memory } = kernel
    const ofRow = across.length * 3
    const stride = width * 3
    const strip = Math.min(height + (height % 2), Math.max(2, 2 * Math.floor(STRIP / stride / 2)))
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
    this.#startOfDown = writeWeights(new Float64Array(buffer, downAt, countOf(down)), down)
    const ranges = new Uint32Array(buffer, tapsAt, across.length * 2)
    across.forEach(({ first, weights }, tap) => {
      ranges[tap * 2] = first * 3
      ranges[tap * 2 + 1] = weights.length * 3
    })
    new Float64Array(buffer, resultsAt, down.length * ofRow).fill(0)
    this.#kernel = kernel
    this.#down = down
    this.#result = result
    this.#stride = stride
    this.#ofRow = ofRow
    this.#acrossCount = across.length
    this.#strip = strip
    this.#at = { down: downAt, results: resultsAt, sums: sumsAt, taps: tapsAt, rows: rowsAt }
    this.#rows = new Uint8Array(buffer, rowsAt, strip * stride)
  }

  add(rows: PictureValues, stride: number, start: number, count: number): void {
    const own = this.#stride
    for (let y = 0; y < count;) {
      const taken = Math.min(count - y, this.#strip - this.#count)
      const from = start + y * stride
      if (own === stride) this.#rows.set(rows.subarray(from, from + taken * own), this.#count * own)
      else
        for (let row = 0; row < taken; row++) {
          const at = from + row * stride
          this.#rows.set(rows.subarray(at, at + own), (this.#count + row) * own)
        }
      y += taken
      this.#count += taken
      if (this.#count === this.#strip) this.#sum()
    }
  }

  finish(): void {
    this.#sum()
    const sums = new Float64Array(this.#kernel.memory.buffer, this.#at.results, this.#result.length)
    const rounding = roundingOf(this.#result)
    for (let i = 0; i < sums.length; i++) this.#result[i] = (sums[i] as number) + rounding
    idle = this.#kernel
  }

  /** Sums the strip. */
  #sum(): void {
    const { sumRows, addRows } = this.#kernel
    const [ofRow, at, y] = [this.#ofRow, this.#at, this.#y]
    const end = y + this.#count
    sumRows(at.rows, this.#stride, this.#count, at.taps, this.#acrossCount, 0, at.sums)
    this.#down.forEach(({ first, weights }, target) => {
      const from = Math.max(y, first)
      const count = Math.min(end, first + weights.length) - from
      if (count <= 0) return
      const weightsAt = at.down + 8 * ((this.#startOfDown[target] as number) + from - first)
      addRows(at.sums + (from - y) * ofRow * 8, count, ofRow, weightsAt, at.results + target * ofRow * 8)
    })
    this.#y = end
    this.#count = 0
  }
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

function openKernel(): Kernel | undefined {
  if (unavailable) return undefined
  try {
    const memory = new WebAssembly.Memory({ initial: 1 })
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(binary), (letter) => letter.charCodeAt(0)))
    return { memory, ...new WebAssembly.Instance(compiled, { env: { memory } }).exports } as unknown as Kernel
  } catch {
    unavailable = true
    return undefined
  }
}
