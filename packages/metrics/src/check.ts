import { TreadleError, type Shape, checkArgument, show } from '@treadle/core'

/** Class indices or other integers, one for each sample. */
export type IntegerVector = ArrayLike<number>

const CODE = 'METRICS_BAD_INPUT'

/** Throws `METRICS_BAD_INPUT`: `operation` names the function, `problem` gives the value met and the rule. */
export function refuse(operation: string, problem: string): never {
  throw new TreadleError(CODE, `${operation}: ${problem}`)
}

/** Throws for an argument of another shape: see `checkArgument`. */
export function checkShape(operation: string, name: string, value: unknown, shape: Shape): void {
  checkArgument(operation, name, value, shape, CODE)
}

/** Throws for anything but lists and typed arrays, and for empty ones and different lengths. */
export function checkPaired(operation: string, vectors: Readonly<Record<string, ArrayLike<unknown>>>): void {
  for (const [name, values] of Object.entries(vectors)) checkShape(operation, name, values, 'numbers')
  const lengths = Object.values(vectors).map(({ length }) => length)
  const names = Object.keys(vectors)
    .map((name) => `\`${name}\``)
    .join(' and ')
  if (new Set(lengths).size > 1)
    refuse(operation, `${names} must be of one length, got ${lengths.join(' and ')}.`)
  if (lengths[0] === 0)
    refuse(operation, `${names} ${lengths.length > 1 ? 'are' : 'is'} empty; give at least one sample.`)
}

/** Throws for anything but integers in [low, high). */
export function checkIntegers(
  operation: string,
  name: string,
  values: IntegerVector,
  low = Number.NEGATIVE_INFINITY,
  high = Number.POSITIVE_INFINITY,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (Number.isInteger(value) && value >= low && value < high) continue
    const rule = Number.isFinite(high) ? `an integer from ${low} to ${high - 1}` : 'an integer'
    refuse(operation, `\`${name}[${i}]\` (=${show(value)}) must be ${rule}.`)
  }
}

/** Throws for NaN and infinities. */
export function checkFinite(operation: string, name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]))
      refuse(operation, `\`${name}[${i}]\` (=${show(values[i])}) must be a finite number.`)
}

/** Throws for sample weights of the wrong length, not finite, or all 0. */
export function checkWeights(operation: string, weights: ArrayLike<number> | undefined, count: number): void {
  if (!weights) return
  if (weights.length !== count)
    refuse(
      operation,
      `\`sampleWeight\` must hold one weight a sample, got ${weights.length} for ${count} samples.`,
    )
  checkFinite(operation, 'sampleWeight', weights)
  for (let i = 0; i < count; i++) if (weights[i] !== 0) return
  refuse(operation, '`sampleWeight` is 0 for every sample; at least one must differ from 0.')
}

/** In [0, 1]. A float32 softmax may exceed 1 slightly: it multiplies by a rounded reciprocal of its sum. */
function isProbability(value: number): boolean {
  return value >= 0 && value <= 1 + 2 ** -20
}

/**
 * Throws unless labels and probabilities, shape [samples, classes], in [0, 1], match. Returns the class count.
 * @param labels shape [samples], integers in [0, classes)
 */
export function checkScoredRows(
  operation: string,
  labels: IntegerVector,
  probabilities: ArrayLike<number>,
  sampleWeight?: ArrayLike<number>,
): number {
  checkPaired(operation, { labels })
  checkShape(operation, 'probabilities', probabilities, 'numbers')
  const rows = labels.length
  const classes = probabilities.length / rows
  if (!Number.isInteger(classes) || classes < 2)
    refuse(
      operation,
      `\`probabilities\` must have shape [${rows}, classes] with at least 2 classes, got ${probabilities.length} values.`,
    )
  for (let i = 0; i < probabilities.length; i++)
    if (!isProbability(probabilities[i] as number))
      refuse(operation, `\`probabilities[${i}]\` (=${show(probabilities[i])}) must be from 0 to 1.`)
  checkIntegers(operation, 'labels', labels, 0, classes)
  checkWeights(operation, sampleWeight, rows)
  return classes
}
