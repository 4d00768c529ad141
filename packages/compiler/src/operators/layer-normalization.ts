import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import type { Parameter } from '../parameter.ts'
import type { Storage } from '../storage.ts'
import { Value } from '../value.ts'

/** Normalizes each row by its own mean and (biased) variance. Rows have one segment. */
export class LayerNormOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly #gamma: Parameter | undefined
  readonly #beta: Parameter | undefined
  readonly #epsilon: number
  /** Mean and inverse deviation of each row; set by `forward`. */
  #saved!: Storage

  constructor(
    layer: string,
    input: Value,
    options: { gamma: Parameter | undefined; beta: Parameter | undefined; epsilon: number },
  ) {
    this.layer = layer
    this.inputs = [input]
    this.#gamma = options.gamma
    this.#beta = options.beta
    this.#epsilon = options.epsilon
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  get parameters(): Parameter[] {
    return [this.#gamma, this.#beta].filter((one) => one !== undefined)
  }

  #common(emit: Emitter) {
    const { rows, width } = this.output.layout
    const x = emit.viewOf(this.inputs[0])
    return { x: x.base, xRow: x.row, width, lines: rows, saved: this.#saved.at() }
  }

  forward(emit: Emitter): void {
    const { rows } = this.output.layout
    this.#saved = emit.storage('mean and deviation', 8 * rows * emit.batchSize)
    const y = emit.viewOf(this.output)
    emit.emit('layerNormalize', {
      ...this.#common(emit),
      y: y.base,
      yRow: y.row,
      gamma: this.#gamma ? this.#gamma.storage.at() : 0,
      beta: this.#beta ? this.#beta.storage.at() : 0,
      epsilon: this.#epsilon,
    })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    const dy = gradientOf(this.output)
    const common = { ...this.#common(emit), dy: dy.base, dyRow: dy.row }
    if (this.parameters.some(({ trained }) => trained)) {
      const bytes = 4 * this.output.layout.stride
      const sums = (parameter: Parameter | undefined, name: string) =>
        parameter?.trained
          ? { at: parameter.gradient.at(), shard: parameter.part }
          : { at: emit.storage(name, bytes * emit.shards).at(), shard: bytes }
      const dGamma = sums(this.#gamma, 'dγ')
      const dBeta = sums(this.#beta, 'dβ')
      emit.emit('layerGradients', {
        ...common,
        dGamma: dGamma.at,
        dGammaShard: dGamma.shard,
        dBeta: dBeta.at,
        dBetaShard: dBeta.shard,
      })
    }
    if (!input.needsGradient) return
    const dx = emit.gradientTarget(input)
    emit.emit('layerNormalizeBackward', {
      ...common,
      dx: dx.base,
      dxRow: dx.row,
      gamma: this.#gamma ? this.#gamma.storage.at() : 0,
      accumulate: dx.accumulate,
    })
  }
}
