import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'

interface Size {
  readonly depth: number
  readonly width: number
}

/** The options `depth` and `width` of a model. Upper bounds keep a mistyped number from filling the memory. */
export function networkSize({ depth, width }: Size) {
  return {
    depth: z._default(z.int().check(z.gte(1), z.lte(50)), depth).register(z.globalRegistry, {
      description: 'Hidden layers of mlp; convolutions of each stage, of resnet residual blocks',
    } satisfies FieldMetadata),
    width: z._default(z.int().check(z.gte(1), z.lte(4096)), width).register(z.globalRegistry, {
      description:
        'Units of each hidden layer of mlp; channels of the first stage, which double with each stage',
    } satisfies FieldMetadata),
  }
}
