import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Fail, Layer } from '@treadle/keras'
import type { CompleteLimits } from './model-limits.ts'

/** What a prediction for one sample takes. */
interface Cost {
  /** Bytes that are held at the same time, at most. */
  readonly bytes: number
  readonly operations: number
  /** Calls of layers; the layers of a nested model count at each of its calls. */
  readonly calls: number
}

/** A guard against models whose nested models are called by each other many times: calls grow exponentially then. */
const MAX_CALLS = 2 ** 12

/** Layers that call another one for each step of their input's second dimension. */
const perStep = new Set(['Bidirectional', 'ConvLSTM2D', 'GRU', 'LSTM', 'RNN', 'SimpleRNN', 'TimeDistributed'])

/** Counts what the networks of a file take while they are put together, before a tensor is made for them. */
export class NetworkSizes {
  readonly #limits: CompleteLimits
  readonly #fail: Fail
  readonly #costs = new WeakMap<Layer, Cost>()
  #parameters = 0

  constructor(limits: CompleteLimits, fail: Fail) {
    this.#limits = limits
    this.#fail = fail
  }

  /** Counts a weight. @throws the error of `fail` for a shape that is not fixed, and past `maxParameters` */
  addWeight(layer: string, name: string, shape: readonly (number | null)[]): void {
    if (!shape.every((size) => Number.isSafeInteger(size) && (size as number) >= 1))
      throw this.#fail(`weight \`${name}\` of layer \`${layer}\` would have the shape ${show(shape)}`)
    this.#parameters += elements(shape)
    this.#check('maxParameters', this.#parameters, 'parameters')
  }

  /** Starts the count of one network. */
  startNetwork(): NetworkCount {
    const live = new Map<string, number>()
    let held = 0
    let cost: Cost = { bytes: 0, operations: 0, calls: 0 }

    const hold = (key: string, tensors: readonly SymbolicTensor[]): number => {
      const bytes = 4 * tensors.reduce((sum, { shape }) => sum + elements(shape), 0)
      live.set(key, bytes)
      return (held += bytes)
    }
    return {
      call: (key, layer, inputs, outputs) => {
        for (const { shape } of outputs) this.#checkShape(layer, shape)
        this.#checkMask(layer, inputs[0]?.shape ?? [])
        const inner = this.#costs.get(layer) ?? costOf(layer, inputs, outputs)
        cost = {
          bytes: Math.max(cost.bytes, hold(key, outputs) + inner.bytes),
          operations: cost.operations + inner.operations,
          calls: cost.calls + inner.calls,
        }
        this.#check('maxBytes', cost.bytes, 'bytes for the activations of one sample')
        this.#check('maxOperations', cost.operations, 'operations for one sample')
        if (cost.calls > MAX_CALLS) throw this.#fail(`its layers are called more than ${MAX_CALLS} times`)
      },
      release: (key) => {
        held -= live.get(key) ?? 0
        live.delete(key)
      },
      end: (model) => {
        this.#costs.set(model, cost)
      },
    }
  }

  #check(limit: keyof CompleteLimits, value: number, unit: string): void {
    if (value <= this.#limits[limit]) return
    throw this.#fail(
      `its network takes ${value} ${unit} or more, and \`${limit}\` is ${this.#limits[limit]}. Raise \`${limit}\` for a model that you trust`,
    )
  }

  #checkShape(layer: Layer, shape: readonly (number | null)[]): void {
    if (shape.every((size) => size === null || (Number.isSafeInteger(size) && size >= 1))) return
    throw this.#fail(`the output of layer \`${layer.name}\` would have the shape ${show(shape)}`)
  }

  /** A dropout mask of another shape than the input would be repeated to a larger output. */
  #checkMask(layer: Layer, input: readonly (number | null)[]): void {
    const { noiseShape: mask } = layer as { noiseShape?: readonly (number | null)[] | null }
    if (!Array.isArray(mask)) return
    const fits =
      mask.length === input.length &&
      mask.every((size, axis) => size === null || size === 1 || size === input[axis])
    if (fits) return
    throw this.#fail(
      `layer \`${layer.name}\` has \`noise_shape\` ${show(mask)}, which does not fit its input of shape ${show(input)}`,
    )
  }
}

/** The count of one network, whose outputs of calls have keys. */
export interface NetworkCount {
  /** Counts a call. @throws the error of `fail` for an impossible output shape, and past a limit */
  call(key: string, layer: Layer, inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): void
  /** No later call takes the outputs of this one. */
  release(key: string): void
  /** Remembers the cost of a call of this network. */
  end(model: LayersModel): void
}

/** Of a plain layer: every weight is used once at every position; a window of pooling likewise. */
function costOf(layer: Layer, inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): Cost {
  const weights = layer.weights.reduce((sum, { shape }) => sum + elements(shape), 0)
  const { poolSize } = layer as { poolSize?: unknown }
  const pool = Array.isArray(poolSize) ? elements(poolSize as number[]) : 1
  const values = [...inputs, ...outputs].reduce((most, { shape }) => Math.max(most, elements(shape)), 1)
  const positions = [...inputs, ...outputs].reduce((most, { shape }) => Math.max(most, positionsOf(shape)), 1)
  const className = layer.getClassName()
  const directions = className === 'Bidirectional' ? 2 : 1
  const steps = perStep.has(className) ? directions * (inputs[0]?.shape[1] ?? 1) : 1
  return { bytes: 0, operations: weights * positions + values * pool, calls: steps }
}

/** Without the largest dimension of the last ones, which is the channels' wherever they stand. */
function positionsOf(shape: readonly (number | null)[]): number {
  const [batch = 1, ...sizes] = shape
  const channels = sizes.length < 3 ? (sizes.at(-1) ?? 1) : Math.min(sizes[0] ?? 1, sizes.at(-1) ?? 1)
  return elements([batch, ...sizes]) / (channels ?? 1)
}

/** Sizes that are not fixed count as 1. */
function elements(shape: readonly (number | null)[]): number {
  return shape.reduce<number>((product, size) => product * (size ?? 1), 1)
}

function show(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => String(size)).join(', ')}]`
}
