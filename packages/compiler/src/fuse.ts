import { ActivationOperator } from './operators/activation.ts'
import { AddOperator } from './operators/add.ts'
import { BatchNormOperator } from './operators/batch-normalization.ts'
import { ConvolutionOperator } from './operators/convolution.ts'
import { PoolingOperator } from './operators/pooling.ts'
import type { Operator } from './operator.ts'
import type { Dataflow, Value } from './value.ts'

/**
 * Saves passes over feature maps in training, with the same bits. A batch normalization applies the ReLU that alone reads
 * its output. What a convolution alone reads is written in the border that the convolution needs, by operators that can.
 * The two inputs of an addition have one gradient, if one of them is a normalization that reads it in time.
 */
export function fuse(operators: readonly Operator[]): void {
  for (const operator of operators) if (operator instanceof ActivationOperator) fuseRelu(operator)
  for (const operator of operators) if (operator instanceof ConvolutionOperator) askForBorders(operator)
  const places = new Map<Dataflow, number>(operators.map((operator, place) => [operator, place]))
  for (const operator of operators) if (operator instanceof AddOperator) shareGradient(operator, places)
}

function fuseRelu(activation: ActivationOperator): void {
  const [input] = activation.inputs
  const { producer } = input
  if (activation.function.kind !== 'relu' || !(producer instanceof BatchNormOperator) || !hasOneReader(input))
    return
  producer.outputRelu = true
  activation.fused = true
}

function askForBorders(convolution: ConvolutionOperator): void {
  const border = convolution.wantedBorder(true)
  if (border && hasSides(border)) {
    const values = fromProducer(convolution.inputs[0])
    const { producer } = values[0] as Value
    if (
      values.every(hasOneReader) &&
      (producer instanceof BatchNormOperator || producer instanceof PoolingOperator)
    )
      for (const value of values) value.border = border
  }
  const { output } = convolution
  const gradientBorder = convolution.wantedGradientBorder
  const [reader] = output.consumers
  if (
    gradientBorder &&
    hasSides(gradientBorder) &&
    hasOneReader(output) &&
    reader instanceof BatchNormOperator
  )
    output.gradientBorder = gradientBorder
}

/**
 * Of the operators that touch the gradient of either input after the addition, a normalization that only reads it must be
 * the first, going backward.
 */
function shareGradient(add: AddOperator, places: ReadonlyMap<Dataflow, number>): void {
  const placeOf = (operator: Dataflow) => places.get(operator) ?? Infinity
  const later = add.inputs
    .flatMap(({ producer, consumers }) => [producer, ...consumers])
    .filter((operator) => placeOf(operator) < placeOf(add))
    .sort((a, b) => placeOf(b) - placeOf(a))
  const [first] = later
  add.sharesGradient =
    first instanceof BatchNormOperator && add.inputs.includes(first.output) && hasOneReader(first.output)
}

function hasOneReader({ consumers }: Value): boolean {
  return consumers.length === 1
}

/** The value and those it is a view of in the same shape, from the first. */
function fromProducer(value: Value): Value[] {
  const [input] = value.producer.inputs
  const same =
    value.producer.isView && input?.layout === value.layout && input.shape.join() === value.shape.join()
  return same ? [...fromProducer(input), value] : [value]
}

function hasSides(sides: object): boolean {
  return Object.values(sides).some((size) => size > 0)
}
