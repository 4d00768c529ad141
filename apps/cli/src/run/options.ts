import { type TrainOptions, adam, adamW, sgd } from '@treadle/trainer'
import type { TrainRequest } from '../run-directory/record.ts'

const OPTIMIZERS = { adam, adamw: adamW, sgd } satisfies Record<TrainRequest['optimizer'], unknown>

/** A request in the trainer's words. */
export function trainOptions(request: TrainRequest): TrainOptions {
  const { epochs, batchSize, seed, executor, optimizer, learningRate, earlyStopping, validationSplit } =
    request
  return {
    epochs,
    batchSize,
    seed,
    executor,
    optimizer: OPTIMIZERS[optimizer](learningRate === undefined ? {} : { learningRate }),
    validation: validationSplit === undefined ? 'test' : { split: validationSplit },
    ...(earlyStopping !== undefined && { earlyStopping: { patience: earlyStopping } }),
  }
}
