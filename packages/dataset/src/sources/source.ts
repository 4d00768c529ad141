import type { Dataset } from '@treadle/core'
import type { FoundFiles } from '../found-files.ts'
import type { LoadDatasetOptions } from '../load-dataset-options.ts'

/** A form of data on disk. */
export interface Source {
  readonly name: string
  /** Names of the options that it uses besides those of every source. */
  readonly options: readonly (keyof LoadDatasetOptions)[]
  readonly matches: (found: FoundFiles) => boolean
  readonly load: (found: FoundFiles, options: LoadDatasetOptions) => Promise<Dataset>
}
