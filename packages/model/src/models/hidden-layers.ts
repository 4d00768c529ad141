import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { hiddenActivations } from './hidden-activations.ts'

const units = z._default(z.array(z.int().check(z.gte(1))).check(z.minLength(1)), [30, 30])
const activation = z._default(z.enum(hiddenActivations), 'relu')

/** Options of every model with a stack of dense hidden layers. */
export const hiddenLayers = {
  units: units.register(z.globalRegistry, {
    description: 'Units of each hidden layer, first to last',
    valueHint: 'N,N,…',
  } satisfies FieldMetadata),
  activation: activation.register(z.globalRegistry, {
    description: 'Activation of the hidden layers',
  } satisfies FieldMetadata),
}
