/** Which files of a job are stored: `checkpoint`, those of its run after an epoch, or `result`, those of the finished run. */
export type Kind = 'checkpoint' | 'result'

/** The place through which the files of runs travel between machines, packed as one value each. */
export interface CheckpointStore {
  read(id: string, kind: Kind): Promise<Uint8Array | undefined>
  /** Replaces the value as a whole. @throws TreadleError `QUEUE_TOO_LARGE` */
  write(id: string, kind: Kind, bytes: Uint8Array): Promise<void>
  /** The result was taken, so that the store may forget it. */
  release(id: string): Promise<void>
  close(): void
}
