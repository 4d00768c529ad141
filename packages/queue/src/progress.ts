import type { HistoryEntry, RunEvent } from '@treadle/experiment'
import * as z from 'zod/mini'

type ProgressEvent = Extract<RunEvent, { type: 'progress' }>

/** Epochs in one message. */
export const MOST_EPOCHS = 64

const numbers = z.record(z.string(), z.number())
const logs = z.catchall(z.object({ loss: z.number() }), z.number())
const isEpoch = z.refine<Record<string, number>>(({ epoch = 0 }) => Number.isInteger(epoch) && epoch > 0)

const step = z.object({
  epoch: z.number(),
  step: z.number(),
  steps: z.number(),
  loss: z.number(),
  logs,
  learningRate: z.number(),
  samplesPerSecond: z.number(),
  executor: z.enum(['compiled', 'eager']),
})

/** The progress of a job: its last epochs, and where it is. A lost message is made good by the next one. */
const progress = z.object({
  epochs: z.array(numbers.check(isEpoch)).check(z.maxLength(MOST_EPOCHS)),
  step: z.optional(step),
})

export interface Progress {
  readonly epochs: readonly HistoryEntry[]
  readonly step?: ProgressEvent | undefined
}

/** As plain data. */
export function progressMessage({ epochs, step: event }: Progress): object {
  return { epochs: epochs.slice(-MOST_EPOCHS), ...(event && { step: step.parse(event) }) }
}

/** Undefined for what no worker of this version sends. */
export function parseProgress(value: unknown): Progress | undefined {
  const { data } = progress.safeParse(value)
  return data && { epochs: data.epochs as unknown as HistoryEntry[], step: data.step && whole(data.step) }
}

const whole = (event: z.infer<typeof step>): ProgressEvent => ({
  type: 'progress',
  ...event,
  losses: new Float32Array(),
  notes: [],
})
