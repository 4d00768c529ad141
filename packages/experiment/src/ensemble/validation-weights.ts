import { type Dataset, checkDataset } from '@treadle/core'
import { predict } from '@treadle/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { checkRuns } from '../store/check-run.ts'
import type { Run } from '../store/run.ts'
import { chooseWeights } from './choose-weights.ts'
import { heldBack } from './held-back.ts'

/**
 * Weights of an ensemble by ensemble selection on the validation samples that all runs held back from training.
 * @param members the models of the runs
 * @param data those of the first run, as `loadRunData` returns them
 * @returns weights that sum to 1
 * @throws TreadleError `EXPERIMENT_BAD_ENSEMBLE` if there are no such samples, and what `predict` throws
 */
export async function validationWeights(
  runs: readonly Run[],
  members: readonly LayersModel[],
  data: Dataset,
): Promise<number[]> {
  checkRuns('validationWeights', runs)
  checkDataset('validationWeights', data)
  const validation = heldBack(runs, data)
  const outputs: Float32Array[] = []
  for (const member of members) outputs.push((await predict(member, validation)).outputs)
  return chooseWeights(outputs, validation.labels)
}
