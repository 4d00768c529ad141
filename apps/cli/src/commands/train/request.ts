import type { ArgValues } from '../../arguments/args.ts'
import { dataOption, epochsOption, executorOption } from '../../arguments/options.ts'
import { optimizerNames } from '../../arguments/optimizer-names.ts'
import { choice, realNumber, threadCount, wholeNumber, wholeNumbers } from '../../arguments/values.ts'
import { UsageError } from '../../errors.ts'
import type { TrainRequest } from '../../run-directory/record.ts'
import type { definition } from './definition.ts'

type TrainArgs = typeof definition.args

const MAX_SEED = 2 ** 32 - 1

/**
 * What the flags ask for, checked.
 * @throws UsageError
 */
export function trainRequest(args: ArgValues<TrainArgs>, cwd: string): TrainRequest {
  const optional = <Value>(
    flag: Extract<keyof TrainArgs, string>,
    read: (flag: string, text: string) => Value,
  ) => {
    const text = args[flag]
    return typeof text === 'string' ? read(`--${flag}`, text) : undefined
  }
  const units = optional('units', (flag, text) => wholeNumbers(flag, text, { min: 1 }))
  const dropout = optional('dropout', (flag, text) => realNumber(flag, text, { min: 0, below: 1 }))
  const learningRate = optional('learning-rate', (flag, text) => realNumber(flag, text, { above: 0 }))
  const earlyStopping = optional('early-stopping', (flag, text) => wholeNumber(flag, text, { min: 1 }))
  const validationSplit = optional('validation-split', (flag, text) =>
    realNumber(flag, text, { above: 0, below: 1 }),
  )
  const executor = executorOption(args.executor)
  const fastMath = args['fast-math']
  if (fastMath && executor === 'eager') {
    throw new UsageError(
      '`--fast-math` is for compiled programs; `--executor eager` runs none. Leave one of them out.',
    )
  }
  return {
    model: args.model,
    modelParameters: { ...(units && { units }), ...(dropout !== undefined && { dropout }) },
    data: dataOption(args.data, cwd),
    epochs: epochsOption(args.epochs),
    batchSize: wholeNumber('--batch-size', args['batch-size'], { min: 1 }),
    seed: wholeNumber('--seed', args.seed, { min: 0, max: MAX_SEED }),
    threads: threadCount('--threads', args.threads),
    executor,
    ...(fastMath && { fastMath }),
    optimizer: choice('--optimizer', args.optimizer, optimizerNames),
    ...(learningRate !== undefined && { learningRate }),
    ...(earlyStopping !== undefined && { earlyStopping }),
    ...(validationSplit !== undefined && { validationSplit }),
  }
}
