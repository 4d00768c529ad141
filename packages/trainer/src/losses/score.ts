import { exp, log } from '@treadle/core'
import type { Head, LossName } from '@treadle/keras'
import { customScore } from './custom.ts'
import { outputLosses, type OutputLoss } from './output-losses.ts'

export interface Score {
  /** Σ weight × loss over the rows. */
  loss: number
  /** Σ over the rows of right answers (0 or 1; a mean over units for several sigmoids) or of absolute errors. */
  metric: number
}

/**
 * Writes activation(logits) to `out` (which may be `logits`). Computed in float64, rounded once.
 * @param logits row-major, shape [rows, head.units]
 */
export function activate(head: Head, logits: Float32Array, out: Float32Array): void {
  const { units, activation } = head
  if (activation === 'linear') return out.set(logits)
  const p = new Float64Array(units)
  for (let at = 0; at < logits.length; at += units) {
    if (activation === 'softmax') {
      softmaxRow(logits, at, p)
      out.set(p, at)
    } else for (let j = at; j < at + units; j++) out[j] = sigmoid(logits[j] as number)
  }
}

/** The class of each row of outputs: the first largest, or for a single sigmoid whether it is above one half. */
export function classify({ units }: Head, outputs: Float32Array): Int32Array {
  if (units === 1) return Int32Array.from(outputs, (p) => (p > 0.5 ? 1 : 0))
  const classes = new Int32Array(outputs.length / units)
  for (let i = 0; i < classes.length; i++) classes[i] = largest(outputs, i * units, units)
  return classes
}

/**
 * Loss and metric of some rows and, into `gradient`, dLoss/dLogits divided by the number of rows, times the weight of
 * the loss in the total. Cross-entropies
 * are taken from the logits: log-sum-exp less the logit, with nothing clipped. All sums in float64.
 * @param logits row-major, shape [rows, head.units]
 * @param y class indices [rows], or targets [rows, head.units]
 * @param weights shape [rows]; all 1 when absent
 * @param gradient shape of `logits`
 */
export function score(
  head: Head,
  logits: Float32Array,
  y: Int32Array | Float32Array,
  weights?: Float32Array,
  gradient?: Float32Array,
): Score {
  const { units } = head
  const rows = logits.length / units
  const share = Math.fround(head.weight ?? 1)
  if (head.loss === 'custom') return scoreOwn(head, logits, y, weights, gradient, share)
  const total = { loss: 0, metric: 0 }
  const row = rowScorer(head, head.loss)
  const slope = gradient && new Float64Array(units)
  for (let i = 0; i < rows; i++) {
    const { loss, metric } = row(logits, y, i, slope)
    const weight = weights ? (weights[i] as number) : 1
    total.loss += weight * loss
    total.metric += metric
    if (slope)
      for (let j = 0; j < units; j++)
        gradient[i * units + j] = ((slope[j] as number) * (share * weight)) / rows
  }
  return total
}

/** `score` for a loss of the user's own. */
function scoreOwn(
  head: Head,
  logits: Float32Array,
  y: Int32Array | Float32Array,
  weights: Float32Array | undefined,
  gradient: Float32Array | undefined,
  share: number,
): Score {
  const { units } = head
  const rows = logits.length / units
  const outputs = new Float32Array(logits.length)
  activate(head, logits, outputs)
  const { loss, slope } = customScore(head, outputs, y, weights, gradient !== undefined)
  if (gradient && slope) {
    const p = new Float64Array(units)
    const own = new Float64Array(units)
    for (let at = 0; at < logits.length; at += units) {
      p.set(outputs.subarray(at, at + units))
      own.set(slope.subarray(at, at + units))
      throughActivation(head.activation, p, own)
      for (let j = 0; j < units; j++) gradient[at + j] = ((own[j] as number) * share) / rows
    }
  }
  return { loss, metric: metricOfOutputs(head, outputs, y) }
}

/** Σ over the rows of right answers or of absolute errors, from outputs. */
function metricOfOutputs(head: Head, outputs: Float32Array, y: Int32Array | Float32Array): number {
  const { units, metric, activation } = head
  const rows = outputs.length / units
  let sum = 0
  if (metric === 'mae') {
    for (let i = 0; i < y.length; i++) sum += Math.abs((outputs[i] as number) - (y[i] as number)) / units
  } else if (activation === 'softmax' || y.length === rows) {
    const classes = classify(head, outputs)
    const right = y.length === rows ? y : classify(head, Float32Array.from(y))
    for (let i = 0; i < rows; i++) sum += classes[i] === right[i] ? 1 : 0
  } else {
    for (let i = 0; i < y.length; i++) sum += ((outputs[i] as number) > 0.5 ? 1 : 0) === y[i] ? 1 / units : 0
  }
  return sum
}

/** Turns the slopes by the outputs of a sample into those by its logits. */
function throughActivation(activation: Head['activation'], p: Float64Array, slope: Float64Array): void {
  if (activation === 'linear') return
  let mean = 0 // Σ p·dLoss/dp, what softmax takes from each
  for (let j = 0; j < p.length; j++) mean += (p[j] as number) * (slope[j] as number)
  for (let j = 0; j < p.length; j++) {
    const pj = p[j] as number
    const dj = slope[j] as number
    slope[j] = activation === 'softmax' ? pj * (dj - mean) : dj * pj * (1 - pj)
  }
}

/** The loss of a model: the weighted sum of the mean losses of its outputs, with weights of float32. */
export function totalLoss(heads: readonly Head[], scores: readonly { readonly loss: number }[]): number {
  return heads.reduce((sum, { weight = 1 }, i) => sum + Math.fround(weight) * (scores[i]?.loss ?? 0), 0)
}

/** Loss and metric of row i; its dLoss/dLogits goes to `slope`. */
type RowScorer = (
  logits: Float32Array,
  y: Int32Array | Float32Array,
  i: number,
  slope: Float64Array | undefined,
) => Score

function rowScorer(head: Head, loss: LossName): RowScorer {
  switch (loss) {
    case 'sparseCategoricalCrossentropy':
    case 'categoricalCrossentropy':
      return categorical(head, loss === 'sparseCategoricalCrossentropy')
    case 'binaryCrossentropy':
      return binary(head)
    default:
      return ofOutputs(head, outputLosses[loss])
  }
}

function categorical({ units, labelSmoothing = 0 }: Head, sparse: boolean): RowScorer {
  const p = new Float64Array(units)
  const smoothing = Math.fround(labelSmoothing)
  const rest = smoothing / units
  return (logits, y, i, slope) => {
    const at = i * units
    const given = (j: number) => (sparse ? (j === y[i] ? 1 : 0) : (y[at + j] as number))
    const target = (j: number) => given(j) * (1 - smoothing) + rest
    const { best, most, sum } = softmaxRow(logits, at, p)
    const logSum = most + log(sum)
    let loss = 0
    let mass = 0
    let wanted = 0
    for (let j = 0; j < units; j++) {
      const t = target(j)
      mass += t
      if (t > target(wanted)) wanted = j
      if (t !== 0) loss += t * (logSum - (logits[at + j] as number))
    }
    if (slope) for (let j = 0; j < units; j++) slope[j] = mass * (p[j] as number) - target(j)
    return { loss, metric: best === wanted ? 1 : 0 }
  }
}

function binary({ units, labelSmoothing = 0 }: Head): RowScorer {
  const smoothing = Math.fround(labelSmoothing)
  return (logits, y, i, slope) => {
    let loss = 0
    let metric = 0
    for (let j = 0; j < units; j++) {
      const z = logits[i * units + j] as number
      const given = y[i * units + j] as number
      const t = given * (1 - smoothing) + 0.5 * smoothing
      const p = sigmoid(z)
      loss += Math.max(z, 0) - z * t + log(1 + exp(-Math.abs(z)))
      metric += (Math.fround(p) > 0.5 ? 1 : 0) === given ? 1 : 0
      if (slope) slope[j] = (p - t) / units
    }
    return { loss: loss / units, metric: metric / units }
  }
}

/** A loss of the outputs themselves; its slope goes through the final activation. */
function ofOutputs(head: Head, loss: OutputLoss): RowScorer {
  const { units, activation } = head
  const p = new Float64Array(units)
  const own = new Float64Array(units)
  return (logits, y, i, slope) => {
    const at = i * units
    if (activation === 'softmax') softmaxRow(logits, at, p)
    else
      for (let j = 0; j < units; j++)
        p[j] = activation === 'sigmoid' ? sigmoid(logits[at + j] as number) : (logits[at + j] as number)
    const t = y.subarray(at, at + units)
    const value = loss(p, t, own, head)
    let metric = 0
    for (let j = 0; j < units; j++) metric += Math.abs((p[j] as number) - (t[j] as number))
    if (slope) {
      throughActivation(activation, p, own)
      slope.set(own)
    }
    return { loss: value, metric: metric / units }
  }
}

function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + exp(-z))
  const e = exp(z)
  return e / (1 + e)
}

/** Index, from 0, of the first largest of `count` numbers from `at` on. */
function largest(values: Float32Array, at: number, count: number): number {
  let best = 0
  for (let j = 1; j < count; j++) if ((values[at + j] as number) > (values[at + best] as number)) best = j
  return best
}

/** Fills `p` with the softmax of as many of z from `at` on; Σ exp z is exp(most) · sum, `best` the first largest. */
function softmaxRow(
  z: Float32Array,
  at: number,
  p: Float64Array,
): { best: number; most: number; sum: number } {
  const units = p.length
  const best = largest(z, at, units)
  const most = z[at + best] as number
  let sum = 0
  for (let j = 0; j < units; j++) {
    const value = exp((z[at + j] as number) - most)
    p[j] = value
    sum += value
  }
  for (let j = 0; j < units; j++) p[j]! /= sum
  return { best, most, sum }
}
