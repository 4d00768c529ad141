import { exp, log } from '@treadle/core'
import type { RateRange } from './options.ts'

/** Part of the moving average that each step keeps. */
const KEPT = 0.98
/** The test ends where the smoothed loss is this many times its lowest value. */
const DIVERGED = 4
/** A slope is that of a line through this part of the steps. */
const WINDOW = 1 / 8

/** The learning rate of step `i`: from `from` to `to`, each step by the same factor. */
export function rateOfStep({ from, to, steps }: RateRange, i: number): number {
  return Math.fround(from * exp((i / (steps - 1)) * log(to / from)))
}

/** Collects the losses of a test, smooths them, and tells when they diverge. */
export class LossCurve {
  readonly rates: number[] = []
  readonly losses: number[] = []
  /** Exponential moving average with the bias of its start corrected, as Adam corrects its moments. */
  readonly smoothed: number[] = []
  #average = 0
  #power = 1
  #lowest = Infinity

  /** @returns false if the loss has diverged: this step is not part of the curve, and the test ends */
  add(rate: number, loss: number): boolean {
    if (!Number.isFinite(loss)) return false
    this.#average = KEPT * this.#average + (1 - KEPT) * loss
    this.#power *= KEPT
    const smoothed = this.#average / (1 - this.#power)
    if (smoothed > DIVERGED * this.#lowest) return false
    this.#lowest = Math.min(this.#lowest, smoothed)
    this.rates.push(rate)
    this.losses.push(loss)
    this.smoothed.push(smoothed)
    return true
  }
}

/** Learning rates that a curve suggests; absent where the loss does not fall. */
export interface SuggestedRates {
  /** The rate at which the smoothed loss falls most steeply against the logarithm of the rate. */
  readonly suggestion?: number
  /** A tenth of the rate at which the smoothed loss is lowest. */
  readonly minimumTenth?: number
}

/** @param rates rising by a constant factor, as `smoothed` shape [steps] */
export function suggestRates(
  rates: readonly number[],
  smoothed: readonly number[],
  steps: number,
): SuggestedRates {
  const lowest = smoothed.indexOf(Math.min(...smoothed))
  const reach = Math.max(1, Math.floor((WINDOW * steps) / 2))
  if (lowest <= 2 * reach) return {}
  let steepest: number | undefined
  let least = 0
  for (let i = reach; i <= lowest - reach; i++) {
    const slope = slopeAt(smoothed, i, reach)
    if (slope < least) [least, steepest] = [slope, i]
  }
  if (steepest === undefined) return {}
  return { suggestion: rates[steepest] as number, minimumTenth: (rates[lowest] as number) / 10 }
}

/** Slope of the least-squares line through values[i − reach … i + reach], by the index. */
function slopeAt(values: readonly number[], i: number, reach: number): number {
  let products = 0
  let squares = 0
  for (let k = -reach; k <= reach; k++) {
    products += k * (values[i + k] as number)
    squares += k * k
  }
  return products / squares
}
