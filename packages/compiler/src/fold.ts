import { AffineOperator, type Affine, type Weights } from './operators/affine.ts'
import { isConcatenate } from './operators/concatenate.ts'
import { ConvolutionOperator } from './operators/convolution.ts'
import { DenseOperator } from './operators/dense.ts'
import type { Operator } from './operator.ts'
import { axisOf, type Dataflow, type Value } from './value.ts'

/** A column of a normalization by moving averages. */
interface Column {
  readonly affine: AffineOperator
  readonly index: number
}

/** The normalizations that the weights of a dense layer or a convolution include. */
export interface Fold {
  readonly operator: DenseOperator | ConvolutionOperator
  /** For each element of a row of its input, the normalization that its weights include. */
  readonly before: readonly (Column | undefined)[]
  readonly after: AffineOperator | undefined
}

/**
 * Finds the normalizations by moving averages that can be folded into weights: right after a dense layer or convolution
 * without ReLU, or read by dense layers only (through views and concatenations). Marks them as folded. Both
 * forms are the same function up to rounding.
 */
export function foldNormalizations(operators: readonly Operator[]): Fold[] {
  const after = new Map<Dataflow, AffineOperator>()
  for (const affine of operators) {
    if (!(affine instanceof AffineOperator) || axisOf(affine.inputs[0]).whole) continue
    const { producer, consumers } = affine.inputs[0]
    if (takesScale(producer) && !producer.relu && consumers.length === 1) after.set(producer, affine)
    else if (!readByDenseOnly(affine.output)) continue
    affine.folded = true
  }
  return operators
    .filter(takesScale)
    .map((operator) => ({
      operator,
      // A convolution also reads the zeros around its input, which a shift would change.
      before: operator instanceof DenseOperator ? columnsOf(operator.inputs[0], after) : [],
      after: after.get(operator),
    }))
    .filter((fold) => fold.after || fold.before.some(Boolean))
}

/** Whether the weights can include a scale and shift of the outputs: the last axis of the kernel is that of the outputs. */
function takesScale(operator: Dataflow): operator is DenseOperator | ConvolutionOperator {
  return (
    (operator instanceof DenseOperator && !isShared(operator)) ||
    (operator instanceof ConvolutionOperator && operator.kernelEndsInFilters && !isShared(operator))
  )
}

/** Whether other calls of its layer use the same weights, which then cannot include what surrounds one call. */
function isShared({ parameters }: Operator): boolean {
  return parameters.some(({ calls }) => calls.length > 1)
}

function readByDenseOnly(value: Value): boolean {
  if (value.consumers.length === 0) return false
  return value.consumers.every((consumer) => {
    if (consumer instanceof DenseOperator) return !isShared(consumer)
    const passes =
      isConcatenate(consumer) || (consumer.isView === true && consumer.output.layout === value.layout)
    return passes && readByDenseOnly(consumer.output)
  })
}

/** For each element of a row of `value`, the folded normalization that has not been applied to it. */
function columnsOf(value: Value, after: ReadonlyMap<Dataflow, AffineOperator>): (Column | undefined)[] {
  const { producer } = value
  if (isConcatenate(producer)) return producer.inputs.flatMap((input) => columnsOf(input, after))
  if (producer instanceof AffineOperator && producer.folded) {
    // The weights of its producer include it already.
    const done = after.get(producer.inputs[0].producer) === producer
    return done
      ? Array.from({ length: value.layout.width })
      : Array.from({ length: value.layout.width }, (_, index) => ({ affine: producer, index }))
  }
  const [input] = producer.inputs
  if (producer.isView && input?.layout === value.layout) return columnsOf(input, after)
  return Array.from({ length: value.layout.width })
}

/** Kernel and bias of a layer with its folds, computed in float64 and rounded once. */
export function foldedWeights(
  { operator, before, after }: Fold,
  read: Weights,
): { kernel: Float32Array; bias: Float32Array } {
  const units = operator.output.layout.width
  const kernel = Float64Array.from(read(operator.kernel) as Float32Array)
  const given = operator.bias && read(operator.bias)
  const bias = given ? Float64Array.from(given) : new Float64Array(units)
  const known = new Map<AffineOperator, Affine>()
  const scales = (affine: AffineOperator) => {
    const found = known.get(affine) ?? affine.affineOf(read)
    known.set(affine, found)
    return found
  }
  for (let i = 0; i < kernel.length / units; i++) {
    const column = before[i % before.length]
    if (!column) continue
    const { scale, shift } = scales(column.affine)
    for (let n = 0; n < units; n++) {
      const w = kernel[i * units + n] as number
      bias[n] = (bias[n] as number) + w * (shift[column.index] as number)
      kernel[i * units + n] = w * (scale[column.index] as number)
    }
  }
  if (after) {
    const { scale, shift } = scales(after)
    kernel.forEach((w, at) => (kernel[at] = w * (scale[at % units] as number)))
    bias.forEach((b, n) => (bias[n] = b * (scale[n] as number) + (shift[n] as number)))
  }
  return { kernel: Float32Array.from(kernel), bias: Float32Array.from(bias) }
}
