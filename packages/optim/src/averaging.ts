import type { CommonOptions } from './common-options.ts'
import { SLOW } from './lookahead.ts'
import type { PlainUpdate } from './flat-parameters.ts'
import type { InstructionEmitter, OptimizerClock } from './optimizer.ts'

/** The slot of the averages. */
export const AVERAGE = 'average'

/** Scalars of an average: its momentum, and 1 where the weights are set to it. */
const AVERAGING_SCALARS = 2

const f = Math.fround

/** The momentum of the step's average, and 1 where the weights are set to it. The first step's average is its weights. */
export function averagingScalars(
  { iterations }: OptimizerClock,
  { useEma, emaMomentum, emaOverwriteFrequency }: CommonOptions,
): number[] {
  if (!useEma) return []
  const overwrites = emaOverwriteFrequency !== undefined && iterations % emaOverwriteFrequency === 0
  return [iterations === 1 ? 0 : f(emaMomentum), overwrites ? 1 : 0]
}

/** Where the scalars of an average are, counted from the end of the step's scalars. */
export type FromEnd = number

/**
 * Exponential moving average of the weights in a slot, after each update: Keras's `use_ema`, and the slow weights of
 * lookahead.
 */
export function averageWeights(slot: string, fromEnd: FromEnd): PlainUpdate {
  return ({ weights: w, slots }, scalars) => {
    const a = slots[slot] as Float32Array
    const first = scalars.length - fromEnd
    const momentum = scalars[first] as number
    const rest = f(1 - momentum)
    const overwrites = scalars[first + 1] !== 0
    for (let i = 0; i < w.length; i++) {
      const average = f(f(momentum * (a[i] as number)) + f(rest * (w[i] as number)))
      a[i] = average
      if (overwrites) w[i] = average
    }
  }
}

/** The averages of an optimizer, in the order in which they follow the update: their slots, and their scalars. */
export function averagesOf(options: CommonOptions): readonly { slot: string; fromEnd: FromEnd }[] {
  const ofEma = options.useEma ? AVERAGING_SCALARS : 0
  return [
    ...(options.lookaheadSteps === undefined ? [] : [{ slot: SLOW, fromEnd: AVERAGING_SCALARS + ofEma }]),
    ...(options.useEma ? [{ slot: AVERAGE, fromEnd: ofEma }] : []),
  ]
}

/** The same as an instruction, which comes after the update. */
export function emitAveraging<Address>(
  emitter: InstructionEmitter<Address>,
  operands: {
    readonly weights: Address
    readonly average: Address
    readonly count: number
    readonly fromEnd: FromEnd
  },
): void {
  emitter.emit('averageWeights', operands)
}
