import type { Kind } from './checkpoints/store.ts'

/** Keys of Redis besides those of BullMQ. */
export const keys = {
  files: (id: string, kind: Kind) => `treadle:${kind}:${id}`,
  /** Exists while a job is to stop. */
  stop: (id: string) => `treadle:stop:${id}`,
  /** How often a job was begun since its last checkpoint. */
  tries: (id: string) => `treadle:tries:${id}`,
  /** The workers that cannot carry out a job. */
  refused: (id: string) => `treadle:refused:${id}`,
}
