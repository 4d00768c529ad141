import type { Tap } from '../filters.ts'
import { type PictureValues, roundingOf } from '../picture.ts'
import type { Sums } from './weighted-sums.ts'

/** Values that are summed along rows before they are summed along columns. */
const STRIP = 2 ** 18

/** Sums in JavaScript, of any channels and kind of values. */
export class PlainSums implements Sums {
  readonly #across: readonly Tap[]
  readonly #down: readonly Tap[]
  readonly #channels: number
  readonly #result: PictureValues
  readonly #rounding: number
  /** Sums of target rows that are not complete. */
  readonly #sums = new Map<number, Float64Array>()
  /** The first target row that is not complete. */
  #target = 0
  #y = 0

  constructor(across: readonly Tap[], down: readonly Tap[], channels: number, result: PictureValues) {
    this.#across = across
    this.#down = down
    this.#channels = channels
    this.#result = result
    this.#rounding = roundingOf(result)
  }

  add(rows: PictureValues, stride: number, start: number, count: number): void {
    const most = Math.max(1, Math.floor(STRIP / stride))
    for (let y = 0; y < count; y += most)
      this.#addStrip(rows, stride, start + y * stride, Math.min(most, count - y))
  }

  finish(): void {}

  #addStrip(rows: PictureValues, stride: number, start: number, count: number): void {
    const ofRow = this.#across.length * this.#channels
    const narrow = this.#alongRows(rows, stride, start, count)
    const end = this.#y + count
    for (let target = this.#target; target < this.#down.length; target++) {
      const { first, weights } = this.#down[target] as Tap
      if (first >= end) break
      const sums = this.#sums.get(target) ?? new Float64Array(ofRow)
      const last = Math.min(end, first + weights.length)
      for (let y = Math.max(this.#y, first); y < last; y++) {
        const weight = weights[y - first] as number
        const from = (y - this.#y) * ofRow
        for (let x = 0; x < ofRow; x++) sums[x]! += weight * (narrow[from + x] as number)
      }
      if (last < first + weights.length) this.#sums.set(target, sums)
      else this.#complete(target, sums)
    }
    this.#y = end
  }

  #complete(target: number, sums: Float64Array): void {
    this.#sums.delete(target)
    this.#target = target + 1
    const at = target * sums.length
    for (let x = 0; x < sums.length; x++) this.#result[at + x] = (sums[x] as number) + this.#rounding
  }

  /** @returns shape [count, number of taps, channels] */
  #alongRows(rows: PictureValues, stride: number, start: number, count: number): Float64Array {
    const channels = this.#channels
    const narrow = new Float64Array(count * this.#across.length * channels)
    let at = 0
    for (let y = 0, row = start; y < count; y++, row += stride)
      for (const { first, weights } of this.#across) {
        const { length } = weights
        for (let channel = 0; channel < channels; channel++) {
          let from = row + first * channels + channel
          let sum = 0
          for (let i = 0; i < length; i++, from += channels)
            sum += (weights[i] as number) * (rows[from] as number)
          narrow[at++] = sum
        }
      }
    return narrow
  }
}
