import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'

/** The option `dropout` of a model. */
export function hiddenDropout(rate: number) {
  return z._default(z.number().check(z.gte(0), z.lt(1)), rate).register(z.globalRegistry, {
    description:
      'Fraction of the last hidden layer’s activations that training drops; of each hidden layer of mlp',
    valueHint: 'RATE',
  } satisfies FieldMetadata)
}
