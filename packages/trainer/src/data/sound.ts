import { type Samples, TreadleError, samplesProblem } from '@treadle/core'

/**
 * Throws unless the fields of samples are there, of their types and lengths, and numbers of a table finite.
 * @param targets whether labels or targets must be there
 * @throws TreadleError `TRAINER_BAD_DATA`
 */
export function checkSound(samples: Samples, what: string, targets: boolean): void {
  const bad = (problem: string) => new TreadleError('TRAINER_BAD_DATA', `${what}: ${problem}`)
  const problem = samplesProblem(samples, targets)
  if (problem !== undefined) throw bad(problem)
  if (samples.kind !== 'table') return
  for (const name of targets ? (['features', 'targets'] as const) : (['features'] as const)) {
    const at = samples[name].findIndex((v) => !Number.isFinite(v))
    const width = name === 'features' ? samples.width : samples.outputs
    if (at >= 0)
      throw bad(
        `\`${name}\` of sample ${Math.floor(at / width)} must be finite, not ${samples[name][at]}. Replace the value or remove the sample.`,
      )
  }
}
