import { TreadleError } from '@treadle/core'
import type { Emitter } from '../emitter.ts'
import type { Reference } from '../storage.ts'
import type { OptimizerClock } from './clock.ts'

/** Limits on gradients, in Keras's names. At most one of them. */
export interface Clipping {
  /** Scales each weight's gradient down to this L2 norm, weight by weight. */
  readonly clipnorm?: number
  /** Scales all gradients together down to this L2 norm. */
  readonly globalClipnorm?: number
}

/** What the plain data of every optimizer has. */
export interface OptimizerOptions extends Clipping {
  readonly name: string
  /** Before a schedule. A compiled program takes each step's rate with the step. */
  readonly learningRate: number
}

/**
 * All trainable weights laid end to end, with gradients and slots of the same length. Every number is float32 and
 * every operation is rounded to float32: the bits do not depend on the machine.
 */
export interface FlatParameters {
  readonly weights: Float32Array
  readonly gradients: Float32Array
  readonly slots: Readonly<Record<string, Float32Array>>
  /** Where each weight begins, and the end: length number of weights + 1. */
  readonly offsets: readonly number[]
}

/**
 * An update, or one part of it, in plain arithmetic; works in place and uses `gradients` up. `stepSize` is what
 * `advanceClock` returned, `learningRate` float32.
 */
export type PlainUpdate = (parameters: FlatParameters, stepSize: number, learningRate: number) => void

/** Operands of every update instruction: what it updates, and its gradient in `parts` parts, before penalties. */
interface UpdateOperands {
  readonly weights: Reference
  readonly gradients: Reference
  readonly part: number
  readonly parts: number
  readonly count: number
  readonly l1: number
  readonly l2: number
}

/** What both executors need to know of one optimizer; clipping is everyone's. */
export interface OptimizerRule<T extends OptimizerOptions> {
  /** Its memory for each trainable weight, by Keras's names. */
  slots(optimizer: T): readonly string[]
  /**
   * The float32 scalar that multiplies the update of the step that `clock` has just counted. Moves the clock's
   * powers on, where it has any.
   */
  stepSize(clock: OptimizerClock, optimizer: T, learningRate: number): number
  /** The update as the eager executor runs it. */
  plain(optimizer: T): PlainUpdate
  /** The same, to the bit, as an instruction of the program. `slots` are by the names of `slots`. */
  emit(
    emit: Emitter,
    optimizer: T,
    operands: UpdateOperands,
    slots: Readonly<Record<string, Reference>>,
  ): void
}

type Range = readonly [rule: string, holds: (value: number) => boolean]
export const notNegative: Range = ['a number ≥ 0', (value) => value >= 0]
export const positive: Range = ['a number > 0', (value) => value > 0]
export const fraction: Range = ['in [0, 1)', (value) => value >= 0 && value < 1]

/**
 * The optimizer, if its numbers lie in their ranges.
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`, since it is through @treadle/trainer that people meet it
 */
export function checked<T extends OptimizerOptions>(
  optimizer: T,
  ranges: Readonly<Partial<Record<Exclude<keyof T, keyof OptimizerOptions>, Range>>>,
): T {
  const all = { learningRate: notNegative, ...ranges, clipnorm: positive, globalClipnorm: positive }
  for (const [key, [rule, holds]] of Object.entries<Range>(all)) {
    const value = (optimizer as unknown as Record<string, unknown>)[key]
    if (value === undefined) continue
    if (typeof value !== 'number' || !Number.isFinite(value) || !holds(value)) {
      throw fail(`${optimizer.name}: \`${key}\` (=${JSON.stringify(value)}) must be ${rule}.`)
    }
  }
  if (optimizer.clipnorm !== undefined && optimizer.globalClipnorm !== undefined) {
    throw fail(
      `${optimizer.name}: \`clipnorm\` limits each weight's gradient, \`globalClipnorm\` all of them together; give one of the two.`,
    )
  }
  return optimizer
}

export function fail(message: string): TreadleError {
  return new TreadleError('TRAINER_BAD_OPTIMIZER', message)
}
