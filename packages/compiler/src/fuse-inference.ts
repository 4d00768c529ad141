import { ActivationOperator } from './operators/activation.ts'
import { ConvolutionOperator } from './operators/convolution.ts'
import { DenseOperator } from './operators/dense.ts'
import { DepthwiseOperator } from './operators/depthwise.ts'
import type { Operator } from './operator.ts'
import type { Value } from './value.ts'

/**
 * Saves passes in inference, with the same bits: a dense layer or a convolution applies the ReLU that alone reads its
 * output, also behind a normalization that its weights include.
 *
 * @param outputs of the program: each is also read by its caller
 */
export function fuseInference(operators: readonly Operator[], outputs: readonly Value[]): void {
  for (const operator of operators)
    if (operator instanceof ActivationOperator && operator.function.kind === 'relu')
      fuseRelu(operator, outputs)
}

function fuseRelu(activation: ActivationOperator, outputs: readonly Value[]): void {
  let [value] = activation.inputs as readonly Value[]
  for (; value && value.consumers.length === 1 && !outputs.includes(value); [value] = value.producer.inputs) {
    const { producer, layout } = value
    if (appliesRelu(producer)) {
      producer.relu = true
      activation.fused = true
      return
    }
    if (!producer.isView || producer.inputs[0]?.layout !== layout) return
  }
}

const appliesRelu = (operator: object): operator is ConvolutionOperator | DenseOperator | DepthwiseOperator =>
  operator instanceof ConvolutionOperator ||
  operator instanceof DenseOperator ||
  operator instanceof DepthwiseOperator
