import { z } from 'zod'
import { optimizerNames } from '../arguments/optimizer-names.ts'

/** Raised when an older treadle could no longer make sense of a run directory. */
export const RECORD_FORMAT = 1

const figures = z.record(z.string(), z.number())

const source = z.object({
  kind: z.enum(['folder', 'cache', 'system', 'download', 'sample', 'memory']),
  location: z.string().exactOptional(),
  sha256: z.record(z.string(), z.string()),
})

/** What was asked for, complete: with it and the data, the run can be repeated to the bit, with `fastMath` on such a processor. */
const request = z.object({
  model: z.string(),
  /** Those of the network's options that were given. */
  modelParameters: z.object({ units: z.array(z.int()).exactOptional(), dropout: z.number().exactOptional() }),
  data: z.string(),
  epochs: z.int().min(1),
  batchSize: z.int().min(1),
  seed: z.int().min(0),
  threads: z.union([z.literal('auto'), z.int().min(1)]),
  executor: z.enum(['auto', 'compiled', 'eager']),
  /** Products and sums rounded at once where the processor can: the bits are the processor's. */
  fastMath: z.boolean().exactOptional(),
  optimizer: z.enum(optimizerNames),
  learningRate: z.number().positive().exactOptional(),
  /** Epochs without improvement before training stops. */
  earlyStopping: z.int().min(1).exactOptional(),
  /** Share of the training rows that validate; the test rows do where it is absent. */
  validationSplit: z.number().exactOptional(),
})

const model = z.object({
  name: z.string(),
  layers: z
    .array(
      z.object({
        name: z.string(),
        type: z.string(),
        outputShape: z.array(z.union([z.number(), z.null()])).readonly(),
        parameters: z.number(),
        connectedTo: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
  parameters: z.object({ total: z.number(), trainable: z.number(), nonTrainable: z.number() }),
})

const dataset = z.object({
  name: z.string(),
  /** What the rows hold, with the names of what is predicted: classes, or targets. */
  kind: z.enum(['images', 'table']),
  names: z.array(z.string()).readonly(),
  source,
  train: z.int(),
  test: z.int(),
})

/** Everything about a run that is neither rows nor weights: the content of `run.json`. */
export const runRecord = z.object({
  format: z.literal(RECORD_FORMAT),
  status: z.enum(['running', 'finished', 'early-stopping', 'aborted', 'failed']),
  /** Why a failed run failed. */
  error: z.string().exactOptional(),
  /** The process that works in this directory while the status is `running`. */
  process: z.object({ pid: z.int(), host: z.string() }).exactOptional(),
  /** The command line that repeats the run. */
  command: z.string(),
  startedAt: z.string(),
  /** Time spent training, over all resumes. */
  seconds: z.number(),
  request,
  model,
  dataset,
  backend: z.object({
    name: z.string(),
    simd: z.boolean(),
    threads: z.int(),
    fastMath: z.boolean().exactOptional(),
  }),
  executor: z.string(),
  versions: z.record(z.string(), z.string()),
  /** Figures of the finished model on the test rows. */
  test: figures.exactOptional(),
  weightsSha256: z.string().exactOptional(),
})

export type RunRecord = z.infer<typeof runRecord>
export type TrainRequest = RunRecord['request']

/** One line of `history.jsonl`: an epoch, counted from 1. */
export const historyEntry = z.object({
  epoch: z.int().min(1),
  loss: z.number(),
  accuracy: z.number().exactOptional(),
  mae: z.number().exactOptional(),
  val_loss: z.number().exactOptional(),
  val_accuracy: z.number().exactOptional(),
  val_mae: z.number().exactOptional(),
  learningRate: z.number().exactOptional(),
  seconds: z.number().exactOptional(),
})

export type HistoryEntry = z.infer<typeof historyEntry>
