import { parseOptions, TreadleError } from '@treadle/core'
import { optimizerSchema, type Optimizer, type OptimizerName } from './optimizers/index.ts'

/** What names an optimizer: what `adam()` and its like return, or a name of Keras in any case. */
export type OptimizerOption = Optimizer | OptimizerName | (string & {})

/**
 * The optimizer meant by an option, with its defaults.
 * @param operation the function whose option this is: the message begins with it
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function resolveOptimizer(given: OptimizerOption, operation: string): Optimizer {
  if (isForeign(given)) {
    throw new TreadleError(
      'TRAINER_BAD_OPTIMIZER',
      `${operation}: \`optimizer\` is an object of tfjs (${(given as object).constructor.name}), which keeps its state to itself. ` +
        "Give 'adam', or adam({ learningRate: 0.001 }) of @treadle/trainer.",
    )
  }
  return parseOptions(optimizerSchema, given, {
    operation: `${operation}: optimizer`,
    code: 'TRAINER_BAD_OPTIMIZER',
  })
}

/** An optimizer of tfjs: its methods would be ignored. */
function isForeign(given: unknown): boolean {
  return given !== null && typeof given === 'object' && 'applyGradients' in given
}
