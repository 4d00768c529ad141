import type { Picture, PictureValues } from '../picture.ts'
import type { PrepareFileOptions } from '../prepare-file.ts'
import type { PreparedFile } from '../prepared-file.ts'

/** What a worker is asked for. */
export interface Order {
  /** The bytes of a file, or a picture that is decoded already. */
  readonly image: { readonly bytes: Uint8Array } | { readonly picture: Picture<PictureValues> }
  readonly options: PrepareFileOptions
}

/** What a worker answers: the prepared file, or an error; `code` is that of a `TreadleError`. */
export type Answer =
  | { readonly prepared: PreparedFile }
  | { readonly message: string; readonly code: string | undefined }
