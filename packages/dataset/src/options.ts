/** Progress of a loader. `total` is undefined where it is not known. */
export interface DatasetProgress {
  /** `download`: bytes from the network. `unpack`, `read`: bytes of the decompressed or plain file. `verify`: its checksum was verified. `decode`: image files. */
  readonly phase: 'download' | 'verify' | 'unpack' | 'read' | 'decode'
  readonly file: string
  readonly loaded: number
  readonly total: number | undefined
}

/** Something to know that did not stop the loader. */
export interface DatasetWarning {
  readonly code: string
  readonly message: string
  /** `note`: a decision that was made; `warning`, also if absent: something that may be a mistake. */
  readonly level?: 'note' | 'warning'
}

/** Options of every loader. */
export interface LoadOptions {
  readonly onProgress?: ((progress: DatasetProgress) => void) | undefined
  readonly onWarning?: ((warning: DatasetWarning) => void) | undefined
  /** Stops the loader; its promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}
