import * as z from 'zod/mini'
import { augmentation } from './sections/augmentation.ts'
import { classWeight } from './sections/class-weight.ts'
import { data } from './sections/data.ts'
import { earlyStopping } from './sections/early-stopping.ts'
import { loss } from './sections/loss.ts'
import { metrics } from './sections/metrics.ts'
import { model } from './sections/model.ts'
import { optimizer } from './sections/optimizer.ts'
import { training } from './sections/training.ts'

/**
 * Everything that decides a run. The command's flags, `run.json`, the trainer's options, the facts of a report, the
 * JSON Schema and forms follow from it: a field that is added here is in all of them.
 */
export const recipeSchema = z.strictObject({
  model,
  data,
  augmentation,
  training,
  optimizer,
  loss,
  classWeight,
  metrics,
  earlyStopping,
})

/** A complete recipe: every field has a value. */
export type Recipe = z.infer<typeof recipeSchema>
