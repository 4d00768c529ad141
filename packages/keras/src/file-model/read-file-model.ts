import type { LayersModel } from '@tensorflow/tfjs-layers'
import { isLayer, isObject, layersOf, networkClasses, type Json, type SavedLayer } from '../dialects/json.ts'
import { isNeutral } from '../dialects/kept-fields.ts'
import type { SavedNetwork } from '../dialects/saved-network.ts'
import { camelCase, toTfjs } from '../dialects/to-tfjs.ts'
import type { Fields } from '../layers/fields.ts'
import { FileLayer, FileNetwork, newId, type FileTensor, type FileWeight } from './file-layer.ts'
import { ruleOf } from './layer-rules.ts'

/** The values of one weight of a file. */
export interface FileWeightValues {
  readonly shape: readonly number[]
  /** Row-major; read when the network is compiled. */
  readonly values: Float32Array
}

/**
 * Reads a network of a file into what `readGraph` and the compiler take for a layers model, without tfjs: no engine,
 * no backend, no variables. It cannot be called.
 *
 * @param weights by their names in the model: "dense_1/kernel"
 * @returns where tfjs must build the network, a text that says why: a class or field that is not known here, inputs of
 * sizes that are not fixed, weights that do not fit. tfjs's own errors say then what is wrong.
 */
export function readFileModel(
  { complete }: Pick<SavedNetwork, 'complete'>,
  weights: ReadonlyMap<string, FileWeightValues>,
): LayersModel | string {
  const reader = new Reader(weights)
  try {
    const network = reader.network(complete)
    const read = reader.weights
    if (read.length !== weights.size) return 'the file holds weights that no layer has'
    return Object.assign(network, { weights: read, trainableWeights: [] }) as unknown as LayersModel
  } catch (error) {
    if (error instanceof Unread) return error.message
    throw error
  }
}

/** Something that only tfjs can build, or explain. */
class Unread extends Error {
  constructor(reason = 'its layers are connected in a way that is not compiled') {
    super(reason)
  }
}

const ofLayer = (name: unknown, className: string, reason: string): Unread =>
  new Unread(`layer \`${String(name)}\` (${className}) ${reason}`)

/** Fields that matter to training or to tfjs only. */
const otherwiseUnused = /(Initializer|Regularizer|Constraint)$|^(name|trainable|batchInputShape)$/

const dtypes: readonly unknown[] = [undefined, null, 'float32']

class Reader {
  readonly weights: FileWeight[] = []
  readonly #values: ReadonlyMap<string, FileWeightValues>

  constructor(values: ReadonlyMap<string, FileWeightValues>) {
    this.#values = values
  }

  network({ class_name: className, config }: SavedLayer): FileNetwork {
    const layers = layersOf(config)
    if (!layers?.every(isLayer) || layers.length === 0) throw new Unread()
    const fields: Fields = Array.isArray(config)
      ? { name: className }
      : { name: config['name'], trainable: config['trainable'] }
    const parts = className === 'Sequential' ? this.#sequence(layers) : this.#functional(layers, config)
    return new FileNetwork(className, fields, parts)
  }

  #sequence(saved: readonly SavedLayer[]) {
    const [first] = saved as [SavedLayer, ...SavedLayer[]]
    const layers: FileLayer[] = []
    let tensor: FileTensor | undefined
    if (first.class_name !== 'InputLayer') {
      const batchShape = firstShape(first)
      const name = `${String(first.config['name'])}_input`
      tensor = input({ name, batchInputShape: batchShape })
    }
    const inputs: FileTensor[] = tensor ? [tensor] : []
    for (const one of saved) {
      const layer = this.#layer(one)
      layers.push(layer)
      if (one.class_name === 'InputLayer') {
        if (tensor) throw new Unread()
        tensor = layer.inboundNodes[0]?.outputTensors[0] as FileTensor
        inputs.push(tensor)
      } else {
        const outputs = this.#call(layer, [tensor as FileTensor])
        if (outputs.length !== 1) throw new Unread()
        tensor = outputs[0]
      }
    }
    return { layers, inputs, outputs: [tensor as FileTensor] }
  }

  #functional(saved: readonly SavedLayer[], config: Json) {
    const layers = new Map(saved.map((one) => [String(one['name']), this.#layer(one)]))
    const tensorAt = (place: unknown): FileTensor | undefined => {
      const [name, call, output, kwargs] = Array.isArray(place) ? (place as unknown[]) : []
      if (isObject(kwargs) && Object.keys(kwargs).length > 0) throw new Unread()
      const layer = layers.get(String(name))
      if (layer === undefined) throw new Unread()
      return layer.inboundNodes[Number(call)]?.outputTensors[Number(output)]
    }
    // Each call is made once the calls that it takes are made; those of one layer in their order.
    let waiting = saved.flatMap((one) =>
      ((one['inbound_nodes'] ?? []) as unknown[]).map((places) => ({ name: String(one['name']), places })),
    )
    while (waiting.length > 0) {
      const behind = new Set<string>()
      const left = waiting.filter(({ name, places }) => {
        if (!Array.isArray(places)) throw new Unread()
        const inputs = places.map(tensorAt)
        if (behind.has(name) || inputs.some((one) => one === undefined)) {
          behind.add(name)
          return true
        }
        this.#call(layers.get(name) as FileLayer, inputs as FileTensor[])
        return false
      })
      if (left.length === waiting.length) throw new Unread()
      waiting = left
    }
    const ends = (places: unknown): FileTensor[] => {
      if (!Array.isArray(places)) throw new Unread()
      return places.map((place) => {
        const tensor = tensorAt(place)
        if (tensor === undefined) throw new Unread()
        return tensor
      })
    }
    const inputs = ends(config['input_layers'])
    const outputs = ends(config['output_layers'])
    return { layers: [...layers.values()], inputs, outputs }
  }

  #layer(saved: SavedLayer): FileLayer {
    const { class_name: className, config } = saved
    if (networkClasses.includes(className)) return this.network(saved)
    const fields = toTfjs(config) as Fields
    const rule = ruleOf(className)
    const unknown = Object.keys(config).some((key) => {
      const field = camelCase(key)
      return !rule?.fields.includes(field) && !otherwiseUnused.test(field) && !isNeutral(key, config[key])
    })
    if (rule === undefined) throw ofLayer(config['name'], className, 'is of a class that is not compiled')
    if (unknown || !dtypes.includes(config['dtype']))
      throw ofLayer(config['name'], className, 'has a field or a dtype that is not compiled')
    return className === 'InputLayer' ? input(fields).sourceLayer : new FileLayer(className, fields)
  }

  #call(layer: FileLayer, inputs: readonly FileTensor[]): readonly FileTensor[] {
    if (layer instanceof FileNetwork) {
      const fits =
        inputs.length === layer.inputs.length &&
        layer.inputs.every(({ shape }, i) => shape.join() === inputs[i]?.shape.join())
      // A network that is called twice would be unrolled twice, and those in it, and so on.
      if (!fits || layer.inboundNodes.length > 1)
        throw ofLayer(layer.name, layer.getClassName(), 'is called in a way that is not compiled')
      return layer.call(
        inputs,
        layer.outputs.map(({ shape }) => shape),
      )
    }
    const rule = ruleOf(layer.getClassName())
    const shapes = inputs.map(({ shape }) => shape.slice(1) as number[])
    const output = rule?.shape(shapes, layer.getConfig())
    const fixed = output?.every((size) => Number.isSafeInteger(size) && size >= 1)
    if (!fixed || output === undefined)
      throw ofLayer(layer.name, layer.getClassName(), 'has settings or shapes that are not compiled')
    this.#take(layer, rule?.weights?.(shapes[0] as number[], layer.getConfig()) ?? {})
    return layer.call(inputs, [[null, ...output]])
  }

  /** Gives a layer its weights at its first call; at a later one they must fit its input too. */
  #take(layer: FileLayer, shapes: Readonly<Record<string, readonly number[]>>): void {
    const found = Object.entries(shapes).map(([role, shape]) => {
      const name = `${layer.name}/${role}`
      const weight = this.#values.get(name)
      if (weight?.shape.join() !== shape.join())
        throw ofLayer(
          layer.name,
          layer.getClassName(),
          `has no weight \`${role}\` of shape [${shape.join(', ')}]`,
        )
      return { id: newId(), name, originalName: name, shape, read: () => ({ dataSync: () => weight.values }) }
    })
    if (layer.weights) return
    layer.weights = found
    // Two layers of one name would take the same weights.
    if (found.some(({ name }) => this.weights.some((other) => other.name === name))) throw new Unread()
    this.weights.push(...found)
  }
}

function input(fields: Fields): FileTensor {
  const { batchInputShape: shape } = fields
  if (!Array.isArray(shape) || !shape.slice(1).every((size) => Number.isSafeInteger(size) && size >= 1))
    throw new Unread()
  const layer = new FileLayer('InputLayer', { ...fields, trainable: false })
  layer.weights = []
  return layer.call([], [[null, ...(shape.slice(1) as number[])]])[0] as FileTensor
}

function firstShape({ class_name: className, config }: SavedLayer): unknown {
  if (!networkClasses.includes(className)) return config['batch_input_shape']
  const [first] = (layersOf(config) ?? []) as [SavedLayer?]
  return className === 'Sequential' && first ? firstShape(first) : undefined
}
