import type { SweepResult, SweepTrial } from '@treadle/experiment/sweep'

/** The object that `treadle sweep --json` prints. */
export function sweepJson({ sweep, directory, trials, ranking, stopped }: SweepResult) {
  const { name, objective, sampler, seed, pruner } = sweep
  const [best] = ranking
  return {
    name,
    directory,
    objective,
    sampler,
    seed,
    ...(pruner !== undefined && { pruner }),
    stopped,
    trials: trials.map(trialJson),
    ...(best !== undefined && { best: trialJson(best) }),
  }
}

const trialJson = ({ number, state, values, value, seconds, error, directory }: SweepTrial) => ({
  number,
  state,
  values,
  ...(value !== undefined && { value }),
  ...(seconds !== undefined && { seconds }),
  ...(error !== undefined && { error }),
  runDirectory: directory,
})
