import type { CommonOptions } from './common-options.ts'
import type { PlainUpdate } from './flat-parameters.ts'
import type { InstructionEmitter, OptimizerClock } from './optimizer.ts'

/** The slot of the averages. */
export const AVERAGE = 'average'

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

/** Exponential moving average of the weights after each update: Keras's `use_ema`. */
export const averageWeights: PlainUpdate = ({ weights: w, slots }, scalars) => {
  const a = slots[AVERAGE] as Float32Array
  const momentum = scalars[scalars.length - 2] as number
  const rest = f(1 - momentum)
  const overwrites = scalars[scalars.length - 1] !== 0
  for (let i = 0; i < w.length; i++) {
    const average = f(f(momentum * (a[i] as number)) + f(rest * (w[i] as number)))
    a[i] = average
    if (overwrites) w[i] = average
  }
}

/** The same as an instruction, which comes after the update. */
export function emitAveraging<Address>(
  emitter: InstructionEmitter<Address>,
  operands: { readonly weights: Address; readonly average: Address; readonly count: number },
): void {
  emitter.emit('averageWeights', operands)
}
