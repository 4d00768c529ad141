import { entry, isLayer, layersOf, networkClasses, type Json } from './json.ts'

/** Keras 3's names of weights that tfjs calls otherwise, by class of layer. */
const otherNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DepthwiseConv2D: { kernel: 'depthwise_kernel' },
}

/**
 * How a weight of a file by Keras 3 is called in the model that tfjs builds: "functional/base/conv2d/kernel" is
 * "conv2d/kernel". Undefined for a weight that the model does not have: a random generator's state, and the number
 * of samples that a Normalization has seen.
 */
export function weightNames(network: Json): (name: string) => string | undefined {
  const classes = new Map<string, string>()
  /** The class of the layer inside each TimeDistributed. */
  const wrapped = new Map<string, string>()
  const networks = new Set<string>()
  const visit = (layer: unknown): void => {
    if (!isLayer(layer)) return
    const name = String(layer.config['name'])
    if (networkClasses.includes(layer.class_name)) networks.add(name)
    else classes.set(name, layer.class_name)
    if (layer.class_name === 'TimeDistributed' && isLayer(layer.config['layer']))
      wrapped.set(name, layer.config['layer'].class_name)
    for (const inner of layersOf(layer.config) ?? []) visit(inner)
  }
  visit(network)
  return (name) => {
    const path = name.split('/')
    while (path.length > 2 && networks.has(path[0] as string)) path.shift()
    const [layer = '', last = ''] = [path[0], path.at(-1)]
    const inner = wrapped.get(layer)
    // tfjs leaves out the name of the layer inside.
    if (inner !== undefined) path.splice(1, 1)
    const className = inner ?? classes.get(layer) ?? ''
    if (last === 'seed_generator_state' || (className === 'Normalization' && last === 'count'))
      return undefined
    return [...path.slice(0, -1), entry(entry(otherNames, className) ?? {}, last) ?? last].join('/')
  }
}
