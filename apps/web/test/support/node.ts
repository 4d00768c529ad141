import { loadFashionMnist } from '@treadle/dataset'
import { type RecipeInput, runRecipe } from '@treadle/experiment'
import { weightsSha256, wideAndDeepClassifier } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { type ExecutorOption, type TrainOptions, fit } from '@treadle/trainer'

export interface NodeRun {
  readonly epochs: number
  readonly executor: ExecutorOption
  readonly seed?: number
  readonly threads?: number
  readonly dropout?: number
  readonly optimizer?: TrainOptions['optimizer']
}

/** Trains on the sample in this process, without a break; returns the fingerprint of the weights. */
export async function trainedInNode({
  epochs,
  executor,
  seed = 1,
  threads = 1,
  ...more
}: NodeRun): Promise<string> {
  const runtime = await startRuntime({ threads })
  try {
    const data = await loadFashionMnist({ source: 'sample' })
    const { dropout, optimizer = 'adam' } = more
    const model = wideAndDeepClassifier({ seed, ...(dropout !== undefined && { dropout }) })
    await fit(model, data, { epochs, seed, executor, runtime, optimizer, validation: false })
    const sha256 = await weightsSha256(model)
    model.dispose()
    return sha256
  } finally {
    await runtime.dispose()
  }
}

/** Trains a recipe in this process, without reports; returns the fingerprint of the weights. */
export async function recipeInNode(recipe: RecipeInput): Promise<string | undefined> {
  const { run } = await runRecipe(recipe, { reports: [] })
  return run.record.weightsSha256
}
