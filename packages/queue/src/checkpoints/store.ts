/** What is kept of a job: the files of its run after an epoch, or those of its result. */
export type Kind = 'checkpoint' | 'result'

/** The place through which the files of runs travel between machines, packed as one value each. */
export interface CheckpointStore {
  read(id: string, kind: Kind): Promise<Uint8Array | undefined>
  /** Replaces the value as a whole. @throws TreadleError `QUEUE_TOO_LARGE` */
  write(id: string, kind: Kind, bytes: Uint8Array): Promise<void>
  /** The result was taken, so that the store may forget it. */
  release(id: string): Promise<void>
}
