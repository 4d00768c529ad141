import { TreadleError, checkArgument, describeProblem } from '@treadle/core'
import * as z from 'zod/mini'
import type { TrainingState } from './state.ts'

const count = z.int().check(z.gte(0))
const monitor = z.string()
const numbers = z.array(z.number())
const isFloats = (value: unknown) =>
  value instanceof Float32Array && value.every((one) => Number.isFinite(one))
const floats = z.array(z.unknown().check(z.refine(isFloats, 'must be a Float32Array of finite numbers.')))

/** The fields of a state that are the same in memory and in a file's header. */
export const stateFields = {
  model: z.array(
    z.object({ name: z.string(), shape: z.array(count).check(z.maxLength(8)), trainable: z.boolean() }),
  ),
  executor: z.enum(['compiled', 'eager']),
  settings: z.record(z.string(), z.string()),
  epoch: count,
  firstEpoch: z.exactOptional(count),
  step: count,
  wait: count,
  best: z.exactOptional(z.object({ epoch: count, monitor })),
}

const stateSchema = z.object({
  ...stateFields,
  best: z.exactOptional(z.object({ epoch: count, monitor, value: z.number(), weights: floats })),
  clock: z.record(z.string(), z.number().check(z.gte(0))),
  sums: z.object({
    loss: z.number(),
    metric: z.number(),
    samples: count,
    outputs: z.exactOptional(numbers),
    metrics: z.exactOptional(numbers),
  }),
  history: z.catchall(z.object({ loss: numbers }), numbers),
  weights: floats,
  slots: z.record(z.string(), floats),
})

/**
 * Throws unless the parts of a state have their types; `checkState` looks at all values.
 * @throws TreadleError `TRAINER_BAD_STATE`
 */
export function checkStateParts(operation: string, state: TrainingState): void {
  const parts = {
    model: [{ trainable: 'boolean' }],
    weights: ['numbers'],
    slots: 'record',
    clock: 'record',
    sums: { loss: 'number', metric: 'number', samples: 'number' },
    history: 'record',
    'best?': { epoch: 'number', value: 'number', weights: ['numbers'] },
  } as const
  const code = 'TRAINER_BAD_STATE'
  checkArgument(operation, 'state', state, parts, code)
  for (const [name, slot] of Object.entries(state.slots))
    checkArgument(operation, `state.slots.${name}`, slot, ['numbers'], code)
  for (const [name, values] of Object.entries(state.history))
    checkArgument(operation, `state.history.${name}`, values, 'numbers', code)
}

/**
 * Checks a state by itself: types, finiteness, and that its sizes agree.
 * @throws TreadleError `TRAINER_BAD_STATE`
 */
export function checkState(state: TrainingState): void {
  const problem = describeProblem(stateSchema, state) ?? sizeProblem(state)
  if (problem === undefined) return
  throw new TreadleError(
    'TRAINER_BAD_STATE',
    `resume: the training state is damaged: ${problem.replace(/\.$/, '')}. Resume from an earlier state, or start a new run.`,
  )
}

function sizeProblem({
  model,
  weights,
  slots,
  best,
  epoch,
  firstEpoch = 0,
  wait,
  history,
}: TrainingState): string | undefined {
  const sizes = model.map(({ shape }) => shape.reduce((size, one) => size * one, 1))
  const trainable = sizes.filter((_, i) => model[i]?.trainable)
  if (!fits(weights, sizes)) return '`weights` do not have the shapes that `model` gives'
  if (best && !fits(best.weights, sizes)) return '`best.weights` do not have the shapes that `model` gives'
  if (best && best.epoch >= epoch)
    return `\`best.epoch\` (=${best.epoch}) is not one of the ${epoch} finished epochs`
  if (firstEpoch > epoch) return `\`firstEpoch\` (=${firstEpoch}) is more than the ${epoch} finished epochs`
  if (wait > epoch) return `\`wait\` (=${wait}) is more than the ${epoch} finished epochs`
  for (const [name, arrays] of Object.entries(slots))
    if (!fits(arrays, trainable)) return `\`slots.${name}\` do not have the shapes of the trainable weights`
  for (const [name, values] of Object.entries(history))
    if (values.length !== epoch)
      return `\`history.${name}\` has ${values.length} values after ${epoch} epochs`
  return undefined
}

function fits(arrays: readonly Float32Array[], expected: readonly number[]): boolean {
  return arrays.length === expected.length && arrays.every(({ length }, i) => length === expected[i])
}
