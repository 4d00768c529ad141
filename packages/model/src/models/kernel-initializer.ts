import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'

/** The option `kernelInitializer` of a network of convolutions. */
export function kernelInitializer(byDefault: 'heNormal' | 'dirac') {
  return z._default(z.enum(['heNormal', 'dirac']), byDefault).register(z.globalRegistry, {
    description:
      'First values of the convolutions. heNormal: random. dirac: each but the first passes its input channels on; filters ' +
      'beyond these are random',
  } satisfies FieldMetadata)
}
