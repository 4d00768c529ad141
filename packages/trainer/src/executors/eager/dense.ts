import * as tf from '@tensorflow/tfjs-core'
import { findWeight, headActivation, type Layer, type DenseConfig } from '@treadle/keras'
import type { NodeBuilder, Save } from './node.ts'

/**
 * Dense on the last axis: [..., in] → [..., units], with matrix product, bias and relu in one fused kernel.
 *
 * Without this, tfjs would run three kernels in training, and would also compute the gradient of the model's input.
 * Here only the necessary gradients are computed.
 */
export const dense: NodeBuilder<DenseConfig> = (node, { top, trained, inputNeedsGradient }) => {
  const { layer } = node
  const { activation, useBias } = node.config
  const relu = activation === 'relu'
  const plain = relu || activation === 'linear' || (top && headActivation(node) !== 'linear')
  const kernel = findWeight(layer, 'kernel')
  const bias = useBias ? findWeight(layer, 'bias') : undefined
  const needs = { x: inputNeedsGradient[0] === true, weights: trained }
  return ([input]) => {
    const x = input as tf.Tensor
    const last = x.shape.length - 1
    const flat = last === 1 ? (x as tf.Tensor2D) : tf.reshape<tf.Rank.R2>(x, [-1, x.shape[last] as number])
    const y = product(
      flat,
      kernel.read() as tf.Tensor2D,
      bias?.read() as tf.Tensor1D | undefined,
      relu,
      needs,
    )
    const shaped = last === 1 ? y : tf.reshape(y, [...x.shape.slice(0, last), y.shape[1] as number])
    return plain ? shaped : (layer as ActivatedLayer).activation.apply(shaped)
  }
}

type ActivatedLayer = Layer & { activation: { apply(x: tf.Tensor): tf.Tensor } }

/** relu?(x·kernel + bias), x of shape [rows, in]. */
function product(
  x: tf.Tensor2D,
  kernel: tf.Tensor2D,
  bias: tf.Tensor1D | undefined,
  relu: boolean,
  needs: { readonly x: boolean; readonly weights: boolean },
): tf.Tensor {
  const run = () => {
    const a = tf.reshape(x, [1, ...x.shape])
    const b = tf.reshape(kernel, [1, ...kernel.shape])
    const inputs = (bias ? { a, b, bias } : { a, b }) as unknown as tf.NamedTensorMap
    const attributes = { transposeA: false, transposeB: false, activation: relu ? 'relu' : 'linear' }
    const y = tf.engine().runKernel<tf.Tensor>('_FusedMatMul', inputs, attributes)
    return tf.reshape(y, [x.shape[0], kernel.shape[1]])
  }
  const wanted: tf.Tensor[] = []
  if (needs.x) wanted.push(x)
  if (needs.weights) wanted.push(kernel, ...(bias ? [bias] : []))
  if (wanted.length === 0) return run()
  return tf.customGrad((...args) => {
    const save = args[wanted.length] as unknown as Save
    const y = run()
    // tfjs disposes the tensors of the forward pass before the backward pass, unless they are saved.
    save(relu ? [x, y] : [x])
    const gradFunc = (dOut: tf.Tensor, [input, output]: tf.Tensor2D[]): tf.Tensor[] => {
      const dy = (relu ? tf.mul(dOut, tf.step(output as tf.Tensor)) : dOut) as tf.Tensor2D
      const gradients: tf.Tensor[] = []
      if (needs.x) gradients.push(tf.matMul(dy, kernel, false, true))
      if (needs.weights)
        gradients.push(tf.matMul(input as tf.Tensor2D, dy, true, false), ...(bias ? [tf.sum(dy, 0)] : []))
      return gradients
    }
    return { value: y, gradFunc: gradFunc as never }
  })(...wanted)
}
