export { adam, adamW, sgd, slotNames } from './optimizers/optimizer.ts'
export type { Adam, AdamW, Clipping, Optimizer, Sgd } from './optimizers/optimizer.ts'
export type {
  Chunk,
  ChunkResult,
  Executor,
  ExecutorFactory,
  ExecutorName,
  ExecutorState,
  Refusal,
  TraceResult,
  TraceStep,
  TrainingPlan,
} from './executors/executor.ts'
export type { Head, HeadActivation, LossName } from './losses/head.ts'
export type { WeightPenalty } from './regularizers.ts'
