import type { DataFile } from './data-file.ts'

/** What a path holds: the files of a folder or archive, or a single file. */
export interface FoundFiles {
  readonly path: string
  readonly kind: 'folder' | 'archive' | 'file'
  /** A folder's at most four levels deep. */
  readonly files: readonly DataFile[]
}
