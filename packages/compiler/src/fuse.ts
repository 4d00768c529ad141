import { hasSides, NO_BORDER, type Sides } from '@treadle/kernels'
import { widest } from './feature-map.ts'
import { ActivationOperator } from './operators/activation.ts'
import { AddOperator } from './operators/add.ts'
import { BatchNormOperator } from './operators/batch-normalization.ts'
import { ConvolutionOperator } from './operators/convolution.ts'
import type { Operator } from './operator.ts'
import { keepsRows, type Dataflow, type Value } from './value.ts'

/**
 * Saves passes over values, with the same bits. Whatever can applies the ReLU that alone reads its output, and writes a
 * feature map in the border that all readers need. In training, a normalization likewise writes the gradient of a
 * convolution's output; and the two inputs of an addition have one gradient, if one of them is a normalization that reads
 * it in time.
 */
export function fuse(operators: readonly Operator[], { training }: { readonly training: boolean }): void {
  for (const operator of operators) if (operator instanceof ActivationOperator) fuseRelu(operator)
  for (const { output } of operators) askForBorder(output, training)
  if (!training) return
  for (const operator of operators)
    if (operator instanceof ConvolutionOperator) askForGradientBorder(operator)
  const places = new Map<Dataflow, number>(operators.map((operator, place) => [operator, place]))
  for (const operator of operators) if (operator instanceof AddOperator) shareGradient(operator, places)
}

function fuseRelu(activation: ActivationOperator): void {
  if (activation.function.kind !== 'relu') return
  let [value] = activation.inputs as readonly Value[]
  for (; value && hasOneReader(value); [value] = value.producer.inputs) {
    const { producer } = value
    if (producer.relu !== undefined) {
      producer.relu = true
      activation.fused = true
      return
    }
    if (!producer.isView || producer.inputs[0]?.layout !== value.layout) return
  }
}

function askForBorder(value: Value, training: boolean): void {
  if (!value.producer.writesBorder) return
  const border = borderOf(value, training)
  if (border && hasSides(border)) setBorder(value, border)
}

/** What is enough for all readers; undefined if one of them does not read in a border. */
function borderOf(value: Value, training: boolean): Sides | undefined {
  let border = NO_BORDER
  for (const reader of value.consumers) {
    const wanted = keepsRows(reader) ? borderOf(reader.output, training) : reader.wantedBorder?.(training)
    if (!wanted) return undefined
    border = widest(border, wanted)
  }
  return border
}

function setBorder(value: Value, border: Sides): void {
  value.border = border
  for (const reader of value.consumers) if (keepsRows(reader)) setBorder(reader.output, border)
}

function askForGradientBorder(convolution: ConvolutionOperator): void {
  const { output, wantedGradientBorder: border } = convolution
  const [reader] = output.consumers
  if (border && hasSides(border) && hasOneReader(output) && reader instanceof BatchNormOperator)
    output.gradientBorder = border
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
