import type { Confirmation, SweepResult, SweepTrial } from '@treadle/experiment/sweep'
import { join } from 'node:path'

/** The object that `treadle sweep --json` prints. */
export function sweepJson({
  sweep,
  directory,
  trials,
  ranking,
  confirmations,
  enqueued,
  stopped,
}: SweepResult) {
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
    ...(enqueued > 0 && { enqueued }),
    trials: trials.map(trialJson),
    ...(best !== undefined && { best: trialJson(best) }),
    ...(confirmations.length > 0 && {
      confirmations: confirmations.map((each) => confirmationJson(each, directory)),
    }),
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

const confirmationJson = ({ runs, ...rest }: Confirmation, folder: string) => ({
  ...rest,
  runs: runs.map(({ directory, ...run }) => ({ ...run, runDirectory: join(folder, directory) })),
})
