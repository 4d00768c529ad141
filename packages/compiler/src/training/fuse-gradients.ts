import { hasSides } from '@treadle/kernels'
import type { Operator } from '../operator.ts'
import { AddOperator } from '../operators/add.ts'
import { BatchNormOperator } from '../operators/batch-normalization.ts'
import { ConvolutionOperator } from '../operators/convolution.ts'
import { hasOneReader, type Dataflow } from '../value.ts'

/**
 * Saves passes over gradients, with the same bits. A normalization writes the gradient of a convolution's output in the
 * border that the convolution needs. The two inputs of an addition have one gradient, if one of them is a normalization
 * that reads it in time.
 */
export function fuseGradients(operators: readonly Operator[]): void {
  for (const operator of operators)
    if (operator instanceof ConvolutionOperator) askForGradientBorder(operator)
  const places = new Map<Dataflow, number>(operators.map((operator, place) => [operator, place]))
  for (const operator of operators) if (operator instanceof AddOperator) shareGradient(operator, places)
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
