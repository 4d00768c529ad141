export { TreadleError, isTreadleError } from './error.ts'
export { philox4x32 } from './philox.ts'
export { Purpose, RandomStream, checkSeed, dropoutMask, permutation } from './random.ts'
export type { StreamPosition } from './random.ts'
export type {
  DataSource,
  Dataset,
  ImageDataset,
  LabelledImages,
  Samples,
  Table,
  TableDataset,
} from './samples.ts'
export type { EpochLogs, History, PublishedResult } from './history.ts'
