import type { Dataset } from '@treadle/core'
import { unfreezeLayers } from '@treadle/model'
import type { Runtime } from '@treadle/runtime'
import { type TrainEvent, type TrainResult, type TrainingState, train } from '@treadle/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Recipe } from '../recipe/schema.ts'
import { type Outcome, finishedTraining, setFinalWeights } from '../run/finished-training.ts'
import { trainerOptions } from '../run/trainer-options.ts'
import { transferOf } from './definition.ts'

export interface TrainingParts {
  readonly model: LayersModel
  readonly data: Dataset
  readonly runtime: Runtime
  readonly signal?: AbortSignal | undefined
  /** That a resumed run continues from. */
  readonly state?: TrainingState | undefined
}

type Training = AsyncGenerator<TrainEvent, TrainResult, void>

/**
 * The training of a recipe, checked but not begun; or how it ended, if a resumed run has no epochs left. With
 * `unfreeze` the head is trained first, and then the head with the last layers of the base: one history, whose epochs
 * count on.
 */
export function trainingOf(recipe: Recipe, parts: TrainingParts): Training | Outcome {
  const { state, model } = parts
  const unfreeze = transferOf(recipe)?.unfreeze ?? 0
  if (unfreeze === 0) return oneTraining(recipe, parts)
  const { state: _, ...fresh } = parts
  const fineTune = (after: TrainingState) => {
    unfreezeLayers(model, unfreeze)
    return fineTuning(recipe, fresh, after)
  }
  if (state?.firstEpoch !== undefined) {
    unfreezeLayers(model, unfreeze)
    return oneTraining(fineTuningRecipe(recipe, state.firstEpoch), parts, { cacheFeatures: false })
  }
  return inTurn(oneTraining(recipe, parts), fineTune)
}

function oneTraining(
  recipe: Recipe,
  { model, data, runtime, signal, state }: TrainingParts,
  more: object = {},
) {
  const finished = state && finishedTraining(state, recipe)
  if (finished) {
    setFinalWeights(model, state, recipe)
    return finished
  }
  return train(model, data, {
    ...trainerOptions(recipe, data),
    ...more,
    ...(state && { resume: state }),
    ...(signal && { signal }),
    runtime,
  })
}

function fineTuning(recipe: Recipe, parts: TrainingParts, after: TrainingState): Training {
  return oneTraining(fineTuningRecipe(recipe, after.epoch), parts, {
    cacheFeatures: false,
    after,
  }) as Training
}

/** The recipe of the epochs after those of the head. */
function fineTuningRecipe(recipe: Recipe, before: number): Recipe {
  const { fineTuneEpochs = 0, fineTuneLearningRate: learningRate } = transferOf(recipe) ?? {}
  return {
    ...recipe,
    training: { ...recipe.training, epochs: before + fineTuneEpochs },
    optimizer: { ...recipe.optimizer, learningRate } as Recipe['optimizer'],
  }
}

/** One training after the other, unless the first is aborted. */
async function* inTurn(
  first: Training | Outcome,
  next: (state: TrainingState) => Training,
): AsyncGenerator<TrainEvent, TrainResult, void> {
  if ('stopped' in first) return yield* next(first.state())
  let result: TrainResult | undefined
  for await (const event of first) {
    if (event.type === 'done') result = event
    if (event.type !== 'done' || event.stopped === 'aborted') yield event
  }
  const ended = result as TrainResult
  return ended.stopped === 'aborted' ? ended : yield* next(ended.state())
}
