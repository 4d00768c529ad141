import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import { Parameter } from '../parameter.ts'
import { Storage } from '../storage.ts'
import { Value } from '../value.ts'
import { DenseOperator } from './dense.ts'

export interface NormalizationWeights {
  readonly gamma: Parameter | undefined
  readonly beta: Parameter | undefined
  readonly movingMean: Parameter
  readonly movingVariance: Parameter
}

/** Common to the batch's statistics and standing ones. */
abstract class NormalizationOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly weights: NormalizationWeights
  readonly epsilon: number

  constructor(layer: string, input: Value, weights: NormalizationWeights, epsilon: number) {
    this.layer = layer
    this.inputs = [input]
    this.weights = weights
    this.epsilon = epsilon
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  get parameters(): Parameter[] {
    const { gamma, beta, movingMean, movingVariance } = this.weights
    return [gamma, beta, movingMean, movingVariance].filter((one) => one !== undefined)
  }

  get width(): number {
    return this.inputs[0].axis.stride
  }

  abstract forward(emit: Emitter): void
  abstract backward(emit: Emitter): void

  /** Rows to walk where the axis is a line of the layout or a whole sample. */
  protected walk(row: number): number {
    const { whole } = this.inputs[0].axis
    return whole ? row * this.inputs[0].layout.lines : row
  }
}

/** Normalises by the batch's own mean and (biased) variance and moves the averages. */
export class BatchNormOperator extends NormalizationOperator {
  readonly #rate: number
  #saved!: Storage

  constructor(layer: string, input: Value, weights: NormalizationWeights, epsilon: number, momentum: number) {
    super(layer, input, weights, epsilon)
    this.#rate = 1 - momentum
  }

  forward(emit: Emitter): void {
    const [input] = this.inputs
    const { lines } = input.axis
    const { gamma, beta, movingMean, movingVariance } = this.weights
    const { width } = this
    const x = emit.place(input)
    const y = emit.place(this.output)
    const partials = emit.storage('statistics', 8 * width * emit.shards).at()
    this.#saved = emit.storage('mean and deviation', 8 * width * emit.shards)
    emit.emit('batchStatistics', { x: x.base, row: this.walk(x.row), width, lines, partials })
    emit.emit('normalize', {
      x: x.base,
      xRow: this.walk(x.row),
      y: y.base,
      yRow: this.walk(y.row),
      width,
      lines,
      partials,
      gamma: gamma ? gamma.storage.at() : 0,
      beta: beta ? beta.storage.at() : 0,
      movingMean: movingMean.storage.at(),
      movingVariance: movingVariance.storage.at(),
      saved: this.#saved.at(),
      epsilon: this.epsilon,
      rate: this.#rate,
    })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    const { lines } = input.axis
    const { gamma, beta } = this.weights
    const { width } = this
    if (!input.needsGradient && !gamma?.trained && !beta?.trained) return
    const x = emit.place(input)
    const dy = gradientOf(this.output)
    // The backward pass needs both sums, even if neither weight is trained.
    const sums = (parameter: Parameter | undefined, name: string) =>
      parameter?.trained
        ? { at: parameter.gradient.at(), shard: parameter.part }
        : { at: emit.storage(name, 4 * width * emit.shards).at(), shard: 4 * width }
    const dGamma = sums(gamma, 'dγ')
    const dBeta = sums(beta, 'dβ')
    const common = {
      x: x.base,
      xRow: this.walk(x.row),
      dy: dy.base,
      dyRow: this.walk(dy.row),
      width,
      lines,
      saved: this.#saved.at(),
      dGamma: dGamma.at,
      dGammaShard: dGamma.shard,
      dBeta: dBeta.at,
      dBetaShard: dBeta.shard,
    }
    emit.emit('batchGradients', common)
    if (!input.needsGradient) return
    const dx = emit.gradientTarget(input)
    // Its only consumer may take the gradient through the ReLU that made it: x is at hand.
    const relu =
      input.producer instanceof DenseOperator && input.producer.relu && input.consumers.length === 1
    input.gradientPastRelu = relu
    emit.emit('normalizeBackward', {
      ...common,
      dx: dx.base,
      dxRow: this.walk(dx.row),
      gamma: gamma ? gamma.storage.at() : 0,
      relu: relu ? 1 : 0,
      accumulate: dx.accumulate,
    })
  }
}

/** Normalises by the moving averages, which stand still: y = x · scale + shift. */
export class AffineOperator extends NormalizationOperator {
  /** Scale and shift one after the other, filled in whenever the weights are. */
  affine: Storage | undefined
  /** Its neighbours' weights do its work; it only passes on what it gets. */
  folded = false

  get isView(): boolean {
    return this.folded
  }

  forward(emit: Emitter): void {
    if (this.folded) return
    this.affine = emit.storage('scale and shift', 8 * this.width, true)
    const x = emit.place(this.inputs[0])
    const y = emit.place(this.output)
    this.#emit(emit, x, { ...y, accumulate: 0 }, 0)
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (input.needsGradient) this.#emit(emit, gradientOf(this.output), emit.gradientTarget(input), 1)
  }

  #emit(
    emit: Emitter,
    from: ReturnType<Emitter['place']>,
    to: ReturnType<Emitter['gradientTarget']>,
    shiftless: 0 | 1,
  ): void {
    emit.emit('scaleShift', {
      x: from.base,
      xRow: this.walk(from.row),
      y: to.base,
      yRow: this.walk(to.row),
      width: this.width,
      lines: this.inputs[0].axis.lines,
      affine: (this.affine as Storage).at(),
      shiftless,
      accumulate: to.accumulate,
    })
  }
}
