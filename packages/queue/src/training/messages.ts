import type { HistoryEntry } from '@treadle/experiment'
import type { Recipe } from '@treadle/experiment/recipe'
import type { JobEnd } from '../job.ts'
import type { Progress } from '../progress.ts'

/** A job as the training thread gets it. */
export interface Training {
  /** With the data as this machine has them. */
  readonly recipe: Recipe
  /** SHA-256 that the data must have. */
  readonly data: string
  readonly threads: number
  /** Whether the model is tested. */
  readonly test: boolean
  /** Packed files of the run to continue. */
  readonly checkpoint: Uint8Array | undefined
}

/** What the worker sends to its training thread. */
export type Order =
  | { readonly type: 'train'; readonly training: Training }
  /** Save a checkpoint and end. */
  | { readonly type: 'stop' }

/** What the training thread sends. Each message is a sign of progress. */
export type Report =
  | { readonly type: 'loading' }
  | { readonly type: 'step'; readonly step: NonNullable<Progress['step']> }
  | {
      readonly type: 'epoch'
      readonly entry: HistoryEntry
      /** Packed; left out where the last one is recent. */
      readonly files: Uint8Array<ArrayBuffer> | undefined
    }
  /** `files` are packed; undefined if the run was stopped before it had any. */
  | {
      readonly type: 'end'
      readonly stopped: JobEnd['stopped']
      readonly files: Uint8Array<ArrayBuffer> | undefined
    }
  | { readonly type: 'error'; readonly code: string | undefined; readonly message: string }
