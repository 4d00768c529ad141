import { serialization, tidy } from '@tensorflow/tfjs-core'
import { LayersModel, Sequential, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { isTreadleError } from '@treadle/core'
import {
  layersOf,
  orderCalls,
  readOutput,
  toTfjs,
  type CallOutput,
  type Fail,
  type Json,
  type Layer,
  type SavedLayer,
} from '@treadle/keras'
import { withoutValues } from './deferred-weights.ts'
import { badFile } from './model-json.ts'
import type { CompleteLimits } from './model-limits.ts'
import { NetworkSizes, type NetworkCount } from './network-size.ts'
import { watchVariables } from './new-variables.ts'

/**
 * Builds a network whose fields have been checked, in time linear in its calls. Its weights have no values yet: see
 * `setWeight`.
 *
 * @throws TreadleError `MODEL_BAD_FILE`
 */
export function buildNetwork(network: SavedLayer, limits: CompleteLimits, location: string): LayersModel {
  const fail: Fail = (reason) => badFile(location, reason)
  const sizes = new NetworkSizes(limits, fail)
  try {
    return withoutValues(sizes, () => {
      const built = new Builder(sizes, fail).network(network)
      if (built.outputs.length === 0) throw new Error('it has no outputs')
      return built
    })
  } catch (cause) {
    if (isTreadleError(cause)) throw cause
    throw badFile(location, `TensorFlow.js cannot build its network: ${(cause as Error).message}`, cause)
  }
}

class Builder {
  readonly #sizes: NetworkSizes
  readonly #fail: Fail

  constructor(sizes: NetworkSizes, fail: Fail) {
    this.#sizes = sizes
    this.#fail = fail
  }

  network({ class_name: className, config }: SavedLayer): LayersModel {
    const count = this.#sizes.startNetwork()
    const model =
      className === 'Sequential' ? this.#sequential(config, count) : this.#functional(config, count)
    count.end(model)
    return model
  }

  #layer(saved: SavedLayer): Layer {
    const { class_name: className, config } = saved
    if (className === 'Sequential' || className === 'Model' || className === 'Functional')
      return this.network(saved)
    const { classNameMap } = serialization.SerializationMap.getMap()
    if (!Object.hasOwn(classNameMap, className))
      throw new Error(`Unknown layer: ${className}. Register its class with TensorFlow.js first`)
    const [type, fromConfig] = classNameMap[className] as (typeof classNameMap)[string]
    return fromConfig(type, toTfjs(config) as serialization.ConfigDict) as Layer
  }

  #sequential(config: Json, count: NetworkCount): Sequential {
    const { name } = config as { name?: string }
    const model = new Sequential(name === undefined ? {} : { name })
    let before: readonly SymbolicTensor[] = []
    for (const [index, saved] of (layersOf(config) as SavedLayer[]).entries()) {
      const layer = this.#layer(saved)
      model.add(layer)
      if (index === 0) {
        before = model.inputs
        count.call('input', model.inputs[0]?.sourceLayer as Layer, [], before)
      }
      count.call(String(index), layer, before, model.outputs)
      count.release(index === 0 ? 'input' : String(index - 1))
      before = model.outputs
    }
    model.build()
    return model
  }

  #functional(config: Json, count: NetworkCount): LayersModel {
    const calls = orderCalls(config, this.#fail)
    const ends = [this.#ends(config, 'input_layers'), this.#ends(config, 'output_layers')] as const
    const layers = new Map<string, Layer>()
    /** How often the outputs of a call are still taken. */
    const uses = new Map<string, number>()
    for (const output of [...calls.flatMap(({ inputs }) => inputs), ...ends[1]])
      uses.set(key(output), (uses.get(key(output)) ?? 0) + 1)
    for (const saved of layersOf(config) as SavedLayer[]) {
      const layer = this.#layer(saved)
      layers.set(layer.name, layer)
      const [made] = layer.inboundNodes
      if (made && !(layer instanceof LayersModel))
        count.call(key({ layer: layer.name, call: 0 }), layer, [], made.outputTensors)
    }
    const tensor = ({ layer: name, call, output }: CallOutput): SymbolicTensor => {
      const found = layers.get(name)?.inboundNodes[call]?.outputTensors[output]
      if (found === undefined)
        throw new Error(`there is no output ${output} of call ${call} of layer \`${name}\``)
      return found
    }
    for (const { layer: name, inputs, options } of calls) {
      const layer = layers.get(name) as Layer
      const tensors = inputs.map(tensor)
      layer.apply(tensors.length === 1 ? (tensors[0] as SymbolicTensor) : tensors, toTfjs(options) as never)
      const outputs = layer.inboundNodes.at(-1)?.outputTensors ?? []
      count.call(key({ layer: name, call: layer.inboundNodes.length - 1 }), layer, tensors, outputs)
      for (const input of inputs) {
        const left = (uses.get(key(input)) as number) - 1
        uses.set(key(input), left)
        if (left === 0) count.release(key(input))
      }
    }
    for (const layer of layers.values()) countOnce(layer)
    return new LayersModel({
      inputs: ends[0].map(tensor),
      outputs: ends[1].map(tensor),
      name: config['name'] as string,
    })
  }

  #ends(config: Json, field: 'input_layers' | 'output_layers'): CallOutput[] {
    const list = config[field]
    const read = Array.isArray(list) ? list.map(readOutput) : [undefined]
    if (read.every((end) => end !== undefined)) return read
    throw this.#fail(`its \`${field}\` is not a list of [layer, call, output]`)
  }
}

const COUNT = '_refCount'

/**
 * tfjs counts the calls of a layer, and a model that is disposed takes back one, or two of a nested model: it would keep
 * the weights of layers that are called more often.
 */
function countOnce(layer: Layer): void {
  const counted = layer as unknown as Record<typeof COUNT, number | null>
  counted[COUNT] = Math.min(counted[COUNT] ?? 1, layer instanceof LayersModel ? 2 : 1)
}

/** Of a call, in a functional network. */
function key({ layer, call }: Pick<CallOutput, 'layer' | 'call'>): string {
  return `${call} ${layer}`
}

/**
 * Compiles a model with the optimizer, loss and metrics that it was saved with. The optimizer goes when the model is
 * disposed: nobody else knows it, though tfjs would leave its slots behind.
 *
 * @throws TreadleError `MODEL_BAD_FILE`
 */
export function compileAsSaved(model: LayersModel, trainingConfig: object, location: string): void {
  const newVariables = watchVariables()
  try {
    tidy(() => model.loadTrainingConfig(trainingConfig as never))
    ;(model as unknown as { isOptimizerOwned: boolean }).isOptimizerOwned = true
  } catch (cause) {
    for (const variable of newVariables()) variable.dispose()
    throw badFile(
      location,
      `TensorFlow.js cannot compile it as it was trained: ${(cause as Error).message}`,
      cause,
    )
  }
}
