import type { Recipe } from '@treadle/experiment/recipe'
import type { TrainOptions } from '@treadle/trainer'

/** What a recipe says to the trainer. */
export function trainOptions(recipe: Recipe, classNames: readonly string[]): TrainOptions {
  const { training, optimizer, loss, data, earlyStopping } = recipe
  const { epochs, batchSize, seed, executor } = training
  const weights = Object.entries(recipe.classWeight).map(([name, weight]) => {
    const label = classNames.indexOf(name)
    return [label < 0 ? name : label, weight]
  })
  return {
    epochs,
    batchSize,
    seed,
    executor,
    optimizer,
    validation: data.validation === 'none' ? false : data.validation,
    ...(loss.name !== 'auto' && { loss: loss.name }),
    ...(earlyStopping !== false && { earlyStopping }),
    ...(weights.length > 0 && { classWeight: Object.fromEntries(weights) }),
  }
}
