import { TreadleError } from '@treadle/core'
import type { Graph } from '@treadle/keras'

/**
 * Converts the error for an operation that has no gradient to a TreadleError with the layers that this package does not
 * know, one of which uses the operation. Returns any other error unchanged.
 */
export function describeGradient(error: unknown, { nodes }: Graph): unknown {
  const text = error instanceof Error ? error.message : ''
  const operation = /gradient function not found for (\w+)/.exec(text)?.[1]
  if (operation === undefined) return error
  const unknown = nodes.filter(({ config }) => config.kind === 'other')
  const names = [...new Set(unknown.map(({ name, className }) => `\`${name}\` (${className})`))]
  return new TreadleError(
    'TRAINER_NO_GRADIENT',
    `the operation ${operation} has no gradient in TensorFlow.js, and a loss, regularizer or layer uses it. ` +
      (names.length > 0 ? `It may be layer ${names.join(', ')}. ` : '') +
      'Write it with operations that have gradients, or give it one with `tf.customGrad`.',
    { cause: error },
  )
}
