import { mapOperands } from '@treadle/kernels'
import { gradientOf, type Emitter } from '../emitter.ts'
import { rowsOfLines } from '../feature-map.ts'
import type { Operator } from '../operator.ts'
import { Parameter } from '../parameter.ts'
import { Storage } from '../storage.ts'
import { axisOf, axisStep, Value } from '../value.ts'

export interface NormalizationWeights {
  readonly gamma: Parameter | undefined
  readonly beta: Parameter | undefined
  readonly movingMean: Parameter
  readonly movingVariance: Parameter
}

export function parametersOf({ gamma, beta, movingMean, movingVariance }: NormalizationWeights): Parameter[] {
  return [gamma, beta, movingMean, movingVariance].filter((one) => one !== undefined)
}

/** Normalizes by the batch's mean and (biased) variance, with or without a ReLU after it, and updates the moving averages. */
export class BatchNormOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly weights: NormalizationWeights
  relu = false
  readonly writesBorder = true
  readonly #epsilon: number
  readonly #rate: number
  #saved!: Storage

  constructor(layer: string, input: Value, weights: NormalizationWeights, epsilon: number, momentum: number) {
    this.layer = layer
    this.inputs = [input]
    this.weights = weights
    this.#epsilon = epsilon
    this.#rate = 1 - momentum
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  get parameters(): Parameter[] {
    return parametersOf(this.weights)
  }

  get leavesZeros(): boolean {
    return this.relu
  }

  forward(emit: Emitter): void {
    const [input] = this.inputs
    const { rows } = axisOf(input)
    const { gamma, beta, movingMean, movingVariance } = this.weights
    const width = axisOf(input).stride
    const x = emit.viewOf(input)
    const partials = emit.storage('statistics', 8 * width * emit.shards).at()
    this.#saved = emit.storage('mean and deviation', 8 * width * emit.shards)
    emit.emit('batchStatistics', { x: x.base, row: axisStep(input, x.row), width, lines: rows, partials })
    emit.emit('normalize', {
      x: x.base,
      xRow: axisStep(input, x.row),
      ...mapOperands('y', emit.linesOf(this.output)),
      width,
      lines: rows,
      perRow: rowsOfLines(this.output).width,
      partials,
      gamma: gamma ? gamma.storage.at() : 0,
      beta: beta ? beta.storage.at() : 0,
      movingMean: movingMean.storage.at(),
      movingVariance: movingVariance.storage.at(),
      saved: this.#saved.at(),
      epsilon: this.#epsilon,
      rate: this.#rate,
      outputRelu: this.relu ? 1 : 0,
    })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    const { rows } = axisOf(input)
    const { gamma, beta } = this.weights
    const width = axisOf(input).stride
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
      xRow: axisStep(input, x.row),
      dy: dy.base,
      dyRow: axisStep(input, dy.row),
      width,
      lines: rows,
      saved: this.#saved.at(),
      gamma: gamma ? gamma.storage.at() : 0,
      beta: beta ? beta.storage.at() : 0,
      outputRelu: this.relu ? 1 : 0,
      dGamma: dGamma.at,
      dGammaShard: dGamma.shard,
      dBeta: dBeta.at,
      dBetaShard: dBeta.shard,
    }
    emit.emit('batchGradients', {
      ...common,
      sums: emit.storage('sums', 16 * width * emit.shards).at(),
    })
    if (!input.needsGradient) return
    const { accumulate, ...dx } = emit.gradientLinesOf(input)
    // Its only consumer may apply the ReLU of the producer to the gradient, because it reads x anyway.
    const relu = input.producer.relu === true && input.consumers.length === 1
    input.gradientPastRelu = relu
    emit.emit('normalizeBackward', {
      ...common,
      ...mapOperands('dx', dx),
      slopes: emit.storage('slopes', 8 * width * emit.shards).at(),
      perRow: rowsOfLines(input).width,
      inputRelu: relu ? 1 : 0,
      accumulate,
    })
  }
}
