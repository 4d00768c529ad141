import * as z from 'zod/mini'
import { field } from './field.ts'

/** Weights of classes in the loss. */
export const classWeight = field(
  z._default(z.union([z.literal('balanced'), z.record(z.string(), z.number().check(z.gte(0)))]), {}),
  {
    description:
      'Weight of a class in the loss, by its name or index, 1 for classes left out; or balanced: samples / (classes · samples of the class)',
    title: 'Loss',
    valueHint: 'balanced|CLASS=X,…',
  },
)
