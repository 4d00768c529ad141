import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import { Parameter } from '../parameter.ts'
import { Storage } from '../storage.ts'
import { axisOf, Value } from '../value.ts'

export interface NormalizationWeights {
  readonly gamma: Parameter | undefined
  readonly beta: Parameter | undefined
  readonly movingMean: Parameter
  readonly movingVariance: Parameter
}

/** Common to normalization by the batch's statistics and by moving averages. */
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
    return axisOf(this.inputs[0]).stride
  }

  abstract forward(emit: Emitter): void
  abstract backward(emit: Emitter): void

  /** Bytes from one vector along the axis to the next: a row of the layout or a whole sample. */
  protected walk(row: number): number {
    const { whole } = axisOf(this.inputs[0])
    return whole ? row * this.inputs[0].layout.rows : row
  }
}

/** Normalizes by the batch's mean and (biased) variance, and updates the moving averages. */
export class BatchNormOperator extends NormalizationOperator {
  readonly #rate: number
  #saved!: Storage

  constructor(layer: string, input: Value, weights: NormalizationWeights, epsilon: number, momentum: number) {
    super(layer, input, weights, epsilon)
    this.#rate = 1 - momentum
  }

  forward(emit: Emitter): void {
    const [input] = this.inputs
    const { rows } = axisOf(input)
    const { gamma, beta, movingMean, movingVariance } = this.weights
    const { width } = this
    const x = emit.viewOf(input)
    const y = emit.viewOf(this.output)
    const partials = emit.storage('statistics', 8 * width * emit.shards).at()
    this.#saved = emit.storage('mean and deviation', 8 * width * emit.shards)
    emit.emit('batchStatistics', { x: x.base, row: this.walk(x.row), width, lines: rows, partials })
    emit.emit('normalize', {
      x: x.base,
      xRow: this.walk(x.row),
      y: y.base,
      yRow: this.walk(y.row),
      width,
      lines: rows,
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
    const { rows } = axisOf(input)
    const { gamma, beta } = this.weights
    const { width } = this
    if (!input.needsGradient && !gamma?.trained && !beta?.trained) return
    const x = emit.viewOf(input)
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
      lines: rows,
      saved: this.#saved.at(),
      dGamma: dGamma.at,
      dGammaShard: dGamma.shard,
      dBeta: dBeta.at,
      dBetaShard: dBeta.shard,
    }
    emit.emit('batchGradients', common)
    if (!input.needsGradient) return
    const dx = emit.gradientTarget(input)
    // Its only consumer may apply the ReLU of the producer to the gradient, because it reads x anyway.
    const relu = input.producer.relu === true && input.consumers.length === 1
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

/** Normalizes by the moving averages, which stay as they are: y = x · scale + shift. */
export class AffineOperator extends NormalizationOperator {
  /** Scales, then shifts; computed whenever weights are written. */
  affine: Storage | undefined
  /** The weights of neighbouring dense layers include it: its output is its input. */
  folded = false

  get isView(): boolean {
    return this.folded
  }

  forward(emit: Emitter): void {
    if (this.folded) return
    this.affine = emit.storage('scale and shift', 8 * this.width, true)
    const x = emit.viewOf(this.inputs[0])
    const y = emit.viewOf(this.output)
    this.#emit(emit, x, { ...y, accumulate: 0 }, 0)
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (input.needsGradient) this.#emit(emit, gradientOf(this.output), emit.gradientTarget(input), 1)
  }

  #emit(
    emit: Emitter,
    from: ReturnType<Emitter['viewOf']>,
    to: ReturnType<Emitter['gradientTarget']>,
    shiftless: 0 | 1,
  ): void {
    emit.emit('scaleShift', {
      x: from.base,
      xRow: this.walk(from.row),
      y: to.base,
      yRow: this.walk(to.row),
      width: this.width,
      lines: axisOf(this.inputs[0]).rows,
      affine: (this.affine as Storage).at(),
      shiftless,
      accumulate: to.accumulate,
    })
  }
}
