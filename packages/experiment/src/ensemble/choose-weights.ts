import { TreadleError } from '@treadle/core'

/** Members that are added in turn, so that weights are multiples of 1/50. */
const ROUNDS = 50
/** Smallest probability in a log loss. */
const LEAST = 1e-12

/** The mean of −log p over the samples, for the probability p of each sample's class. */
export function meanLogLoss(probabilities: ArrayLike<number>, labels: Int32Array): number {
  const classes = probabilities.length / labels.length
  let sum = 0
  for (const [i, label] of labels.entries())
    sum -= Math.log(Math.max(LEAST, probabilities[i * classes + label] as number))
  return sum / labels.length
}

/** The average of the members' probabilities. @param weights sum to 1 */
export function averaged(members: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const out = new Float32Array(members[0]?.length ?? 0)
  for (let i = 0; i < out.length; i++) {
    let sum = 0
    for (const [m, member] of members.entries()) sum += (weights[m] as number) * (member[i] as number)
    out[i] = sum
  }
  return out
}

/**
 * Weights of an ensemble that have a low log loss on some samples: ensemble selection with replacement (Caruana et al.,
 * 2004), which adds the member that lowers the loss most, again and again. Never worse there than equal weights.
 *
 * @param members probabilities, each of shape [count, classes]
 * @param labels class indices of samples that no member was trained on, shape [count]
 * @returns weights that sum to 1
 * @throws TreadleError `EXPERIMENT_BAD_ENSEMBLE` without members or samples
 */
export function chooseWeights(members: readonly Float32Array[], labels: Int32Array): number[] {
  if (members.length === 0 || labels.length === 0)
    throw new TreadleError('EXPERIMENT_BAD_ENSEMBLE', 'chooseWeights: there must be members and samples.')
  const equal = members.map(() => 1 / members.length)
  const sums = new Float64Array(labels.length)
  const classes = (members[0] as Float32Array).length / labels.length
  const own = members.map((member) =>
    Float64Array.from(labels, (label, i) => member[i * classes + label] as number),
  )
  const counts = members.map(() => 0)
  let best = { weights: equal, loss: meanLogLoss(averaged(members, equal), labels) }
  for (let round = 1; round <= ROUNDS; round++) {
    const losses = own.map((values) => {
      let loss = 0
      for (let i = 0; i < sums.length; i++)
        loss -= Math.log(Math.max(LEAST, ((sums[i] as number) + (values[i] as number)) / round))
      return loss / labels.length
    })
    const chosen = losses.indexOf(Math.min(...losses))
    counts[chosen]! += 1
    for (let i = 0; i < sums.length; i++) sums[i]! += own[chosen]?.[i] as number
    const loss = losses[chosen] as number
    if (loss < best.loss) best = { weights: counts.map((count) => count / round), loss }
  }
  return best.weights
}
