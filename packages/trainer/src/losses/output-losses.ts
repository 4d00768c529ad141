import { exp, log } from '@treadle/core'
import type { Head, LossName } from '@treadle/keras'

/**
 * A loss of the outputs of one sample, in Keras's form, in float64.
 * @param p outputs, shape [units]
 * @param t targets, shape [units]
 * @param slope takes dLoss/dp, shape [units]
 */
export type OutputLoss = (
  p: Float64Array,
  t: Float32Array | Int32Array,
  slope: Float64Array,
  head: Pick<Head, 'delta'>,
) => number

/** Keras's epsilon. */
const EPSILON = 1e-7

/** A loss that is the mean over units of a function of output and target, which returns the loss and its slope. */
function mean(
  ofUnit: (p: number, t: number, delta: number) => readonly [loss: number, slope: number],
): OutputLoss {
  return (p, t, slope, { delta = 1 }) => {
    let sum = 0
    for (let j = 0; j < p.length; j++) {
      const [loss, own] = ofUnit(p[j] as number, t[j] as number, Math.fround(delta))
      sum += loss
      slope[j] = own / p.length
    }
    return sum / p.length
  }
}

/** Keras reads the targets 0 and 1 of a hinge as −1 and 1. */
const sign = (t: number): number => (t === 0 ? -1 : t)

const bounded = (value: number): number => Math.min(Math.max(value, EPSILON), 1)

const divergence: OutputLoss = (p, t, slope) => {
  let sum = 0
  for (let j = 0; j < p.length; j++) {
    const output = p[j] as number
    const wanted = bounded(t[j] as number)
    sum += wanted * (log(wanted) - log(bounded(output)))
    slope[j] = output >= EPSILON && output <= 1 ? -wanted / output : 0
  }
  return sum
}

const categoricalHinge: OutputLoss = (p, t, slope) => {
  let right = 0
  let most = -Infinity
  let wrong = 0
  for (let j = 0; j < p.length; j++) {
    right += (t[j] as number) * (p[j] as number)
    const other = (1 - (t[j] as number)) * (p[j] as number)
    if (other > most) [most, wrong] = [other, j]
  }
  const loss = Math.max(most - right + 1, 0)
  for (let j = 0; j < p.length; j++) {
    const target = t[j] as number
    slope[j] = loss > 0 ? (j === wrong ? 1 - 2 * target : -target) : 0
  }
  return loss
}

/** The losses that are computed from outputs instead of logits. */
export const outputLosses: Readonly<
  Record<
    Exclude<LossName, 'sparseCategoricalCrossentropy' | 'categoricalCrossentropy' | 'binaryCrossentropy'>,
    OutputLoss
  >
> = {
  meanSquaredError: mean((p, t) => [(p - t) * (p - t), 2 * (p - t)]),
  meanAbsoluteError: mean((p, t) => [Math.abs(p - t), Math.sign(p - t)]),
  huber: mean((p, t, delta) => {
    const error = p - t
    const inside = Math.abs(error) <= delta
    return inside
      ? [0.5 * error * error, error]
      : [delta * (Math.abs(error) - 0.5 * delta), Math.sign(error) * delta]
  }),
  logcosh: mean((p, t) => {
    const size = Math.abs(p - t)
    const e = exp(-2 * size)
    return [size + log(1 + e) - Math.LN2, ((1 - e) / (1 + e)) * Math.sign(p - t)]
  }),
  poisson: mean((p, t) => [p - t * log(p + EPSILON), 1 - t / (p + EPSILON)]),
  hinge: mean((p, t) => {
    const short = 1 - sign(t) * p
    return short > 0 ? [short, -sign(t)] : [0, 0]
  }),
  squaredHinge: mean((p, t) => {
    const short = Math.max(1 - sign(t) * p, 0)
    return [short * short, -2 * sign(t) * short]
  }),
  categoricalHinge,
  kullbackLeiblerDivergence: divergence,
}
