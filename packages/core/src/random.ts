import { show } from './show.ts'
import { TreadleError } from './error.ts'
import { philox4x32 } from './philox.ts'

/**
 * What a random number is used for. Each purpose has its own key, so two purposes never share numbers. The values are
 * part of the file formats and of "same seed, same bits": append new ones and never renumber.
 */
export const Purpose = {
  weights: 1,
  shuffle: 2,
  dropout: 3,
  augmentation: 4,
  split: 5,
  bootstrap: 6,
  whitening: 7,
} as const
export type Purpose = (typeof Purpose)[keyof typeof Purpose]

/** The position of a stream of numbers in a run. Each field is a uint32, 0 unless given. */
export interface StreamPosition {
  readonly epoch?: number
  readonly step?: number
  /** Distinguishes streams of one purpose at one step: the index of the layer or weight. */
  readonly stream?: number
}

/** Throws `CORE_BAD_SEED` unless `seed` is an integer in [0, 2³²). Returns it. */
export function checkSeed(seed: number): number {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed
  throw new TreadleError(
    'CORE_BAD_SEED',
    `\`seed\` (=${show(seed)}) must be an integer from 0 to 4294967295.`,
  )
}

/**
 * Random numbers that depend only on (seed, purpose, epoch, step, stream, index): `at(i)` gives the same value on every
 * machine and in any order of calls. Block b of a stream is Philox4x32-7 with counter
 * (b, step, epoch, stream) and key (seed, purpose); index i is word i mod 4 of block ⌊i / 4⌋.
 */
export class RandomStream {
  readonly #seed: number
  readonly #purpose: Purpose
  readonly #epoch: number
  readonly #step: number
  readonly #stream: number
  readonly #words = new Uint32Array(4)
  #block = -1

  /** @throws TreadleError `CORE_BAD_SEED` */
  constructor(seed: number, purpose: Purpose, { epoch = 0, step = 0, stream = 0 }: StreamPosition = {}) {
    this.#seed = checkSeed(seed)
    this.#purpose = purpose
    this.#epoch = epoch
    this.#step = step
    this.#stream = stream
  }

  /** The uint32 at `index` (an integer in [0, 2³⁴)). */
  at(index: number): number {
    const block = Math.floor(index / 4)
    if (block !== this.#block) {
      philox4x32(block, this.#step, this.#epoch, this.#stream, this.#seed, this.#purpose, this.#words)
      this.#block = block
    }
    return this.#words[index % 4] as number
  }

  /** A float in [0, 1) with 24 random bits: exact in float32. */
  uniform(index: number): number {
    return (this.at(index) >>> 8) / 0x1000000
  }

  /**
   * An integer in [0, bound), bound ≤ 2³². Takes 53 bits from words 2·index and 2·index + 1, so the bias is under
   * 2⁻²¹ even for the largest bound. Read a stream either by `below` or by `at` and `uniform`, not by both.
   */
  below(bound: number, index: number): number {
    const high = this.at(2 * index)
    const low = this.at(2 * index + 1) >>> 11
    return Math.floor(((high * 0x200000 + low) / 2 ** 53) * bound)
  }
}

/**
 * A permutation of 0 … count − 1 by Fisher and Yates, drawn from `stream` with `below`.
 * @returns Uint32Array of shape [count]
 */
export function permutation(count: number, stream: RandomStream): Uint32Array {
  const order = new Uint32Array(count)
  for (let i = 0; i < count; i++) order[i] = i
  for (let i = count - 1; i > 0; i--) {
    const j = stream.below(i + 1, i)
    const swapped = order[i] as number
    order[i] = order[j] as number
    order[j] = swapped
  }
  return order
}

/**
 * Draws the mask of a dropout layer, as every executor does: index i of the stream's 16-bit halves (low half of word ⌊i / 2⌋ first)
 * is kept where it is at least ⌊rate · 65536 + ½⌋. Written to `out` as 1 (kept) or 0.
 *
 * Using 16 bits for an element halves the cost. The effective rate differs from `rate` by at most 2⁻¹⁷.
 */
export function dropoutMask(stream: RandomStream, rate: number, out: Uint8Array): void {
  const threshold = Math.floor(rate * 65536 + 0.5)
  for (let i = 0; i < out.length; i++) {
    const word = stream.at(i >>> 1)
    const half = i & 1 ? word >>> 16 : word & 0xffff
    out[i] = half >= threshold ? 1 : 0
  }
}
