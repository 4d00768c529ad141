/** What a loader is doing. `total` is undefined where nobody can know it. */
export interface DatasetProgress {
  /** `download`: bytes from the network. `unpack`, `read`: bytes of the unpacked file, from gzip or plain. `verify`: done with a file's checksum. */
  readonly phase: 'download' | 'verify' | 'unpack' | 'read'
  readonly file: string
  readonly loaded: number
  readonly total: number | undefined
}

/** Something that did not stop the loader but that a person should know. */
export interface DatasetWarning {
  readonly code: string
  readonly message: string
}

/** What every loader takes. */
export interface LoadOptions {
  readonly onProgress?: ((progress: DatasetProgress) => void) | undefined
  readonly onWarning?: ((warning: DatasetWarning) => void) | undefined
  /** Ends the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}
