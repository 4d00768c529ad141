import type { Dataset } from '@treadle/core'
import type { DataFile } from '../data-file.ts'
import type { LoadDatasetOptions } from '../load-dataset-options.ts'

/** What a path holds: the files of a folder or archive, or a single file. */
export interface FoundFiles {
  readonly path: string
  readonly kind: 'folder' | 'archive' | 'file'
  /** A folder's at most four levels deep. */
  readonly files: readonly DataFile[]
}

/** A form of data on disk. */
export interface Source {
  readonly name: string
  /** Names of the options that it uses besides those of every source. */
  readonly options: readonly (keyof LoadDatasetOptions)[]
  readonly matches: (found: FoundFiles) => boolean
  readonly load: (found: FoundFiles, options: LoadDatasetOptions) => Promise<Dataset>
}
