import { correctConfigs, isModel, type Layer } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { settingReason, unsupported } from '../unsupported.ts'
import { layerConfig } from './layer-config.ts'
import type { Config } from './layers.ts'

/** An end of an edge in tfjs's form: the layer that gives the tensor, which of its calls, which of its outputs. */
type End = readonly [layer: string, call: number, output: number, kwargs?: object]

interface SavedLayer {
  readonly class_name: string
  readonly config: Config
  readonly inbound_nodes?: readonly (readonly End[])[]
}

type Json = Record<string, unknown>

/**
 * A network in the dialect of Keras 3: what `keras.saving.serialize_keras_object(model)` gives.
 * Source: keras/src/models/functional.py and sequential.py of Keras 3.15.
 * @throws TreadleError `EXPORT_UNSUPPORTED`
 */
export function networkConfig(model: LayersModel): Json {
  correctConfigs(model)
  return network(model, model.toJSON(undefined, false) as unknown as SavedLayer)
}

/** The class of a network in Keras 3. */
export function networkClass(model: LayersModel): 'Sequential' | 'Functional' {
  return model.getClassName() === 'Sequential' ? 'Sequential' : 'Functional'
}

function network(model: LayersModel, saved: SavedLayer): Json {
  return networkClass(model) === 'Sequential' ? sequential(model, saved) : functional(model, saved)
}

function sequential(model: LayersModel, { config }: SavedLayer): Json {
  const layers = (config['layers'] as SavedLayer[]).map((saved, index) =>
    layerJson(model.layers[index] as Layer, saved),
  )
  const shape = model.inputs[0]?.shape ?? []
  if (!(model.layers[0]?.getClassName() === 'InputLayer'))
    layers.unshift(inputLayer(`${model.name}_input`, { batch_input_shape: shape }))
  return {
    module: 'keras',
    class_name: 'Sequential',
    config: { name: model.name, trainable: model.trainable, layers, build_input_shape: shape },
    registered_name: null,
  }
}

function functional(model: LayersModel, { config }: SavedLayer): Json {
  const byName = new Map(model.layers.map((layer) => [layer.name, layer]))
  const layers = (config['layers'] as SavedLayer[]).map((saved) => {
    const layer = byName.get(String(saved.config['name'])) as Layer
    const calls = (saved.inbound_nodes ?? []).map((inputs) => callJson(layer, inputs, byName))
    return { ...layerJson(layer, saved), name: layer.name, inbound_nodes: calls }
  })
  const ends = (field: string) => {
    const all = (config[field] as End[]).map(([name, call, output]) => [
      name,
      // Keras subtracts the call that built a functional model itself, here and not for inputs of calls.
      isSequential(byName.get(name)) ? call - 1 : call,
      output,
    ])
    return all.length === 1 ? all[0] : all
  }
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name: model.name,
      trainable: model.trainable,
      layers,
      input_layers: ends('input_layers'),
      output_layers: ends('output_layers'),
    },
    registered_name: 'Functional',
  }
}

function isSequential(layer: Layer | undefined): boolean {
  return layer !== undefined && isModel(layer) && networkClass(layer) === 'Sequential'
}

function layerJson(layer: Layer, saved: SavedLayer): Json {
  if (isModel(layer)) return network(layer, saved)
  if (saved.class_name === 'InputLayer') return inputLayer(layer.name, saved.config)
  return {
    module: 'keras.layers',
    class_name: layer.getClassName(),
    config: layerConfig(layer, saved.config),
    registered_name: null,
  }
}

function inputLayer(
  name: string,
  { batch_input_shape: shape, dtype = 'float32', sparse = false }: Config,
): Json {
  return {
    module: 'keras.layers',
    class_name: 'InputLayer',
    config: { batch_shape: shape, dtype, sparse, ragged: false, name },
    registered_name: null,
  }
}

/** [[layer, call, output, {}], …] → { args: [tensor] or [[tensor, …]], kwargs } */
function callJson(layer: Layer, inputs: readonly End[], byName: ReadonlyMap<string, Layer>): Json {
  const tensors = inputs.map(([name, call, output, kwargs = {}]) => {
    const [key] = Object.keys(kwargs)
    if (key !== undefined) {
      const named = { name: layer.name, className: layer.getClassName() }
      const value = (kwargs as Json)[key]
      throw unsupported('keras', named, settingReason(key, value, 'an argument of its call'))
    }
    const from = byName.get(name) as Layer
    const shapes = from.inboundNodes[call]?.outputShapes ?? []
    const shape = Array.isArray(shapes[0]) || shapes[0] === null ? shapes[output] : shapes
    return {
      class_name: '__keras_tensor__',
      config: {
        shape,
        dtype: 'float32',
        // tfjs counts the call that built a nested model, Keras 3 does not.
        keras_history: [name, isModel(from) ? call - 1 : call, output],
      },
    }
  })
  return { args: tensors.length === 1 ? tensors : [tensors], kwargs: {} }
}
