import * as z from 'zod/mini'
import { optionalPositive } from './fields.ts'
import type { Schedule } from './schedules/index.ts'

/** Fields of every optimizer, after its own. */
export const commonFields = {
  clipnorm: optionalPositive("Scales each weight's gradient down to this L2 norm, weight by weight."),
  globalClipnorm: optionalPositive('Scales all gradients together down to this L2 norm.'),
}

/** Limits on gradients. At most one of them. */
export interface Clipping {
  /** Scales each weight's gradient down to this L2 norm, weight by weight. */
  readonly clipnorm?: number | undefined
  /** Scales all gradients together down to this L2 norm. */
  readonly globalClipnorm?: number | undefined
}

/** Options of every optimizer. */
export interface CommonOptions extends Clipping {
  readonly learningRate: number | Schedule
}

/** A check of every optimizer. */
export const clipsOneWay = z.refine<Clipping>(
  ({ clipnorm, globalClipnorm }) => clipnorm === undefined || globalClipnorm === undefined,
  {
    path: ['globalClipnorm'],
    error:
      "cannot be combined with `clipnorm`: that limits each weight's gradient, this all of them together. Give one of the two.",
  },
)
