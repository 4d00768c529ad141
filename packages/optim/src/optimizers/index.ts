import { show, TreadleError } from '@treadle/core'
import * as z from 'zod/mini'
import { AVERAGE } from '../averaging.ts'
import { choiceOf, spelled } from '../choice.ts'
import { SLOW } from '../lookahead.ts'
import type { OptimizerDefinition } from '../optimizer.ts'
import { adagradDefinition } from './adagrad.ts'
import { adamDefinition } from './adam.ts'
import { adamaxDefinition } from './adamax.ts'
import { adamwDefinition } from './adamw.ts'
import { lionDefinition } from './lion.ts'
import { muonDefinition } from './muon.ts'
import { nadamDefinition } from './nadam.ts'
import { rmspropDefinition } from './rmsprop.ts'
import { sgdDefinition } from './sgd.ts'

/** All optimizers by Keras's identifier. A new one is a file and a line here. */
export const optimizers = {
  adam: adamDefinition,
  adamw: adamwDefinition,
  sgd: sgdDefinition,
  rmsprop: rmspropDefinition,
  adagrad: adagradDefinition,
  adamax: adamaxDefinition,
  nadam: nadamDefinition,
  lion: lionDefinition,
  muon: muonDefinition,
} as const

type Definitions = typeof optimizers
type OptimizerOf<Definition> = Definition extends OptimizerDefinition<infer T> ? T : never

export type OptimizerName = keyof Definitions
/** An optimizer as plain data: what `sgd()`, `adam()` and their like return. */
export type Optimizer = OptimizerOf<Definitions[OptimizerName]>

export const optimizerNames = Object.keys(optimizers) as OptimizerName[]

const choice = choiceOf<Optimizer>('name', optimizers)

/** An optimizer as an object, or its name alone. The case of names is ignored: 'AdamW' is 'adamw'. */
export const optimizerSchema = z.pipe(
  z.transform((given: unknown) => spelled(given, 'name', optimizerNames)),
  z.union([choice.short, choice.long]),
)

export function definitionOf({ name }: Optimizer): OptimizerDefinition<any> {
  return optimizers[name]
}

/** The value of a slot at the start: a number, or those of the weights. */
type SlotStart = number | 'weights'

/** The optimizer's memory for each element of a trainable weight: Keras's names and the values at the start. */
function slotsOf(optimizer: Optimizer): Readonly<Record<string, SlotStart>> {
  return {
    ...definitionOf(optimizer).slots(optimizer),
    ...(optimizer.lookaheadSteps !== undefined && { [SLOW]: 'weights' }),
    ...(optimizer.useEma && { [AVERAGE]: 0 }),
  }
}

/** The optimizer's memory of trainable weights at the start: an array like `weights` for each slot. */
export function initialSlots(optimizer: Optimizer, weights: Float32Array): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(slotsOf(optimizer)).map(([name, start]) => [
      name,
      start === 'weights' ? weights.slice() : new Float32Array(weights.length).fill(start),
    ]),
  )
}

/**
 * The names of the slots of an optimizer.
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function slotNames(optimizer: Optimizer): readonly string[] {
  if (!Object.hasOwn(optimizers, (optimizer as Partial<Optimizer> | null)?.name ?? ''))
    throw new TreadleError(
      'TRAINER_BAD_OPTIMIZER',
      `slotNames: the optimizer (=${show(optimizer)}) must be what adam() and its like return.`,
    )
  return Object.keys(slotsOf(optimizer))
}
