import { isModel, type Layer } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { layerWeights } from '../layer-weights.ts'
import { networkClass } from './network-config.ts'

interface Variable {
  readonly shape: readonly number[]
  readonly values: Float32Array | Int32Array
}

/** A group of the file that holds the variables of one layer. */
interface VariableGroup {
  readonly path: string
  readonly layer: string
  readonly variables: readonly Variable[]
}

/**
 * The bytes of model.weights.h5: the variables of each layer by the path of its position, `layers/dense_1/vars/0`.
 * Source: keras/src/saving/saving_lib.py of Keras 3.15, `_save_state` and `_save_container_state`.
 * @throws TreadleError `MODEL_NOT_FINITE`
 */
export async function encodeWeights(model: LayersModel): Promise<Uint8Array> {
  const groups: VariableGroup[] = []
  await collect(model, '', groups)
  const { default: hdf5 } = await import('h5wasm')
  const { FS } = await hdf5.ready
  const name = `${crypto.randomUUID()}.h5`
  try {
    const file = new hdf5.File(name, 'w')
    try {
      for (const { path, layer, variables } of groups) {
        const group = makeGroup(file, path)
        group.create_attribute('name', layer)
        variables.forEach(({ shape, values }, index) => {
          group.create_dataset({
            name: String(index),
            data: values,
            shape: [...shape],
            dtype: values instanceof Float32Array ? '<f' : '<i',
          })
        })
      }
    } finally {
      file.close()
    }
    return FS.readFile(name)
  } finally {
    FS.unlink(name)
  }
}

async function collect(model: LayersModel, path: string, groups: VariableGroup[]): Promise<void> {
  groups.push({ path: `${path}vars`, layer: model.name, variables: [] })
  const used = new Map<string, number>()
  for (const layer of model.layers) {
    const name = uniqueName(snakeCase(isModel(layer) ? networkClass(layer) : layer.getClassName()), used)
    const inside = `${path}layers/${name}/`
    if (isModel(layer)) await collect(layer, inside, groups)
    else groups.push({ path: `${inside}vars`, layer: layer.name, variables: await variablesOf(layer) })
  }
}

async function variablesOf(layer: Layer): Promise<Variable[]> {
  const variables: Variable[] = await layerWeights(layer)
  // Keras also stores how many samples the statistics of a Normalization are of; it is used by `adapt` only.
  if (layer.getClassName() === 'Normalization' && variables.length > 0)
    variables.push({ shape: [], values: new Int32Array(1) })
  return variables
}

function uniqueName(name: string, used: Map<string, number>): string {
  const count = used.get(name)
  used.set(name, count === undefined ? 0 : count + 1)
  return count === undefined ? name : `${name}_${count + 1}`
}

/** As `keras.src.utils.naming.to_snake_case`: 'ReLU' → 're_lu', 'Conv2D' → 'conv2d'. */
function snakeCase(className: string): string {
  return className
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

/** The part of h5wasm's groups that is used here. */
interface Group {
  get(name: string): unknown
  create_group(name: string): Group
  create_attribute(name: string, value: string): void
  create_dataset(args: {
    name: string
    data: Float32Array | Int32Array
    shape: number[]
    dtype: string
  }): unknown
}

function makeGroup(root: Group, path: string): Group {
  return path
    .split('/')
    .reduce<Group>(
      (group, name) => (group.get(name) as Group | null | undefined) ?? group.create_group(name),
      root,
    )
}
