import { hasSides, NO_BORDER, type Sides } from '@treadle/kernels'
import { widest } from './feature-map.ts'
import { ActivationOperator } from './operators/activation.ts'
import type { Operator } from './operator.ts'
import { hasOneReader, keepsRows, type Value } from './value.ts'

/**
 * Saves passes over values, with the same bits. Whatever can applies the ReLU that alone reads its output, and writes a
 * feature map in the border that all readers need.
 */
export function fuse(operators: readonly Operator[], { training }: { readonly training: boolean }): void {
  for (const operator of operators) if (operator instanceof ActivationOperator) fuseRelu(operator)
  for (const { output } of operators) askForBorder(output, training)
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
