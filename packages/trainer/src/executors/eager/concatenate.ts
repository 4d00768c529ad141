import type { ConcatenateConfig } from '@treadle/keras'
import * as tf from '@tensorflow/tfjs-core'
import type { NodeBuilder } from './node.ts'

/** Concatenation along one axis. The backward pass slices the gradient only for inputs that need one. */
export const concatenate: NodeBuilder<ConcatenateConfig> = ({ config: { axis } }, { inputNeedsGradient }) => {
  return (inputs) => {
    const wanted = inputs.filter((_, i) => inputNeedsGradient[i])
    const at = axis < 0 ? (inputs[0] as tf.Tensor).rank + axis : axis
    const value = () => tf.concat(inputs, at)
    if (wanted.length === 0) return value()
    const gradFunc = (dy: tf.Tensor): tf.Tensor[] => {
      const gradients: tf.Tensor[] = []
      let offset = 0
      inputs.forEach((input, i) => {
        const begin = input.shape.map((_, d) => (d === at ? offset : 0))
        if (inputNeedsGradient[i]) gradients.push(tf.slice(dy, begin, input.shape))
        offset += input.shape[at] as number
      })
      return gradients
    }
    return tf.customGrad(() => ({ value: value(), gradFunc: gradFunc as never }))(...wanted)
  }
}
