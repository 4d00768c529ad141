import { type Dataset, TreadleError } from '@treadle/core'
import {
  type Run,
  compareEnsemble,
  compareSnapshots,
  loadRunData,
  openRun,
  testModel,
  validationWeights,
} from '@treadle/experiment'
import { loadModel } from '@treadle/model'
import type { ClassifierTest, RunsComparison } from '@treadle/report'
import type { Runtime } from '@treadle/runtime'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { join } from 'node:path'
import { loadData } from '../../data/load.ts'
import type { Ui } from '../../terminal/ui.ts'

/** The models that an ensemble is made of. */
export interface Members {
  /** The runs that they come from: one for each, or one for all. */
  readonly runs: readonly Run[]
  /** Folders of the models. */
  readonly folders: readonly string[]
  /** Compares them with their ensemble on the test samples. */
  compare(
    models: readonly LayersModel[],
    weights: readonly number[],
    runtime: Runtime,
  ): Promise<RunsComparison>
}

/** The models of several runs. They are compared by the predictions that the runs have stored. */
export async function membersOfRuns(runs: readonly Run[]): Promise<Members> {
  // Before anything is loaded: runs that do not fit are an error at once.
  await compareEnsemble(
    runs,
    runs.map(() => 1 / runs.length),
  )
  return {
    runs,
    folders: runs.map(({ location }) => join(location, 'model')),
    compare: (_models, weights) => compareEnsemble(runs, weights),
  }
}

/**
 * The snapshots of one run, which are tested here.
 * @throws TreadleError `CLI_NO_SNAPSHOTS`
 */
export async function membersOfSnapshots(location: string, ui: Ui): Promise<Members> {
  const run = await openRun(location)
  const { snapshots } = run.record.recipe.training
  const bad = (problem: string) => new TreadleError('CLI_NO_SNAPSHOTS', `${location} ${problem}`)
  if (snapshots < 2)
    throw bad(
      `has ${snapshots === 0 ? 'no snapshots' : 'one snapshot'}. Train a run with --snapshots 2 or more, or make an ensemble of several runs.`,
    )
  if (run.record.status !== 'finished')
    throw bad(
      `has not trained to its end: its status is "${run.record.status}". Continue it with treadle train --resume ${location}`,
    )
  return {
    runs: [run],
    folders: Array.from({ length: snapshots }, (_, i) => join(location, 'snapshots', String(i + 1))),
    async compare(models, weights, runtime) {
      const data = await dataOf(run, ui)
      const tests: ClassifierTest[] = []
      for (const model of models) {
        const { test } = await testModel(model, data, { runtime })
        if (test.kind !== 'classifier')
          throw bad('is of a regressor, and an ensemble averages probabilities.')
        tests.push(test)
      }
      return compareSnapshots(run, tests, weights)
    },
  }
}

export async function loadMembers({ folders }: Members, signal: AbortSignal): Promise<LayersModel[]> {
  const models: LayersModel[] = []
  try {
    for (const folder of folders) models.push(await loadModel(folder, { signal }))
    return models
  } catch (error) {
    for (const model of models) model.dispose()
    throw error
  }
}

/** Weights by ensemble selection on the validation samples of the runs. */
export async function weightsOnValidation(
  { runs }: Members,
  models: readonly LayersModel[],
  ui: Ui,
): Promise<number[]> {
  return validationWeights(runs, models, await dataOf(runs[0] as Run, ui))
}

function dataOf({ record: { recipe, ...record } }: Run, ui: Ui): Promise<Dataset> {
  return loadData((options) => loadRunData(recipe, options, record), ui)
}
