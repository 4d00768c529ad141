import { type Dataset, type OptionKind, checkOptions } from '@treadle/core'
import { type Runtime, checkWideSimd } from '@treadle/runtime'
import {
  type RateTest,
  type RateTestOptions,
  type RateTestProgress,
  findLearningRate,
} from '@treadle/trainer'
import { type RecipeInput, parseRecipe } from '../recipe/parse.ts'
import type { Recipe } from '../recipe/schema.ts'
import { buildModel } from '../run/build-model.ts'
import type { DataEvent, DataProgressEvent, WarningEvent } from '../run/events.ts'
import { prepareData } from '../run/prepare-data.ts'
import { startRuntimeFor } from '../run/start-runtime.ts'
import { trainerOptions } from '../run/trainer-options.ts'

/** The test has run some steps. */
interface RateProgressEvent extends RateTestProgress {
  readonly type: 'rate-progress'
}

export type RateTestEvent = DataProgressEvent | WarningEvent | DataEvent | RateProgressEvent

/** `from`, `to` and `steps` as in `findLearningRate` of @treadle/trainer. */
export interface TestRatesOptions extends Pick<RateTestOptions, 'from' | 'to' | 'steps' | 'signal'> {
  /** Called at every event. */
  readonly onEvent?: (event: RateTestEvent) => unknown
  /** A runtime that is started already, with the recipe's threads. Otherwise one is started and disposed. */
  readonly runtime?: Runtime
  /** The data set, instead of loading what the recipe names. */
  readonly data?: Dataset
}

/** A test of learning rates, and what was tested. */
export interface RecipeRateTest extends RateTest {
  readonly recipe: Recipe
  /** The name of the data set, and its samples for training. */
  readonly dataset: { readonly name: string; readonly train: number }
}

const optionKinds = {
  from: 'any',
  to: 'any',
  steps: 'any',
  signal: 'signal',
  onEvent: 'function',
  runtime: 'object',
  data: 'object',
} as const satisfies Record<keyof TestRatesOptions, OptionKind>

/**
 * Tests learning rates on the network, the data, the augmentation, the loss and the optimizer of a recipe, from the
 * weights of its seed. Nothing is stored. The learning rate, the schedule and the epochs of the recipe are not used.
 *
 * @throws TreadleError `EXPERIMENT_BAD_RECIPE`, `EXPERIMENT_MODEL_MISMATCH`, and what data set, runtime, model and
 *   `findLearningRate` throw
 * @example
 * const { suggestion } = await testLearningRates({ model: 'wide-and-deep', data: 'sample', optimizer: 'sgd' })
 */
export async function testLearningRates(
  recipe: RecipeInput | Recipe,
  options: TestRatesOptions = {},
): Promise<RecipeRateTest> {
  checkOptions('testLearningRates', options, optionKinds)
  const asked = parseRecipe(recipe)
  const { onEvent, runtime: given, data: _, ...range } = options
  if (given === undefined) checkWideSimd(asked.training.wideSimd)
  const { recipe: complete, data } = await prepareData(asked, options)
  const runtime = given ?? (await startRuntimeFor(complete, options.signal))
  try {
    const model = await buildModel(complete, data)
    try {
      const {
        epochs: _epochs,
        metrics: _metrics,
        earlyStopping: _stopping,
        ...training
      } = trainerOptions(complete, data)
      const result = await findLearningRate(model, data, {
        ...training,
        ...range,
        runtime,
        onProgress: (progress) => void onEvent?.({ type: 'rate-progress', ...progress }),
      })
      return { ...result, recipe: complete, dataset: { name: data.name, train: data.train.count } }
    } finally {
      model.dispose()
    }
  } finally {
    if (given === undefined) await runtime.dispose()
  }
}
