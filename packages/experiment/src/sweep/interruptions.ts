import * as z from 'zod/mini'
import type { JournalTrial } from './journal/trial.ts'

const interruption = z.object({
  /** The process crashed, made no progress for too long, ran out of memory, or was killed from outside. */
  kind: z.enum(['crash', 'hang', 'memory', 'killed']),
  message: z.string(),
  /** The worker that had the trial. */
  worker: z.string(),
  /** Epochs that were finished. */
  epochs: z.number(),
})

/** Why a trial stopped without a result. */
export type TrialInterruption = z.infer<typeof interruption>

/** The attribute of a trial that lists them. */
export const INTERRUPTIONS = 'interruptions'

/** A trial that fails by itself is retried once. */
const OWN = 2
/** Kills say little about the trial, unless they come again and again before it has finished another epoch. */
const KILLS = 5

export function interruptionsOf({ userAttributes }: JournalTrial): readonly TrialInterruption[] {
  return z.array(interruption).safeParse(userAttributes.get(INTERRUPTIONS)).data ?? []
}

/** Adds an interruption. That a worker was killed is replaced where its supervisor knows more. */
export function withInterruption(
  list: readonly TrialInterruption[],
  added: TrialInterruption,
): readonly TrialInterruption[] {
  const known = list.find(({ worker }) => worker === added.worker)
  if (known === undefined) return [...list, added]
  if (added.kind === 'killed') return list
  return list.map((each) => (each === known ? { ...added, epochs: known.epochs } : each))
}

/** Why a trial is not tried again; undefined if it is. */
export function finalMessage(list: readonly TrialInterruption[]): string | undefined {
  const own = list.filter(({ kind }) => kind !== 'killed')
  const last = list.at(-1)
  const row = list.length - 1 - list.findLastIndex(({ epochs }) => epochs !== last?.epochs)
  if (own.length >= OWN) return own.at(-1)?.message
  return row >= KILLS ? `${last?.message} This happened ${row} times in a row.` : undefined
}
