import { checkFields, withCheckedFields } from '../topology/check-fields.ts'
import { checkSupported } from './check-supported.ts'
import { withoutActivityRegularizers } from './kept-fields.ts'
import { isLayer, isObject, type Fail, type Json, type SavedLayer } from './json.ts'
import { fromKeras3, isKeras3 } from './keras3.ts'
import { rewriteLayers } from './rewrite-layers.ts'
import type { Origin, SavedNetwork } from './saved-network.ts'
import { weightNames } from './weight-names.ts'

/**
 * Reads the topology of a model.json: of tfjs, Keras 2 or Keras 3.
 * @param topology `modelTopology` of the file
 * @throws the error that `fail` makes
 */
export function readTopology(topology: Json, fail: Fail): SavedNetwork {
  const network = topology['model_config'] ?? topology
  const { class_name: className, config } = Object(network) as Partial<SavedLayer>
  if (typeof className !== 'string' || typeof config !== 'object' || config === null)
    throw fail('its `modelTopology` is no network of layers (`class_name` and `config` are missing)')
  const origin = originOf(topology, network as Json)
  const plain = plainNumbers(network) as Json
  const keras2 = (origin === 'keras3' ? fromKeras3(plain, fail) : plain) as SavedLayer
  checkFields(keras2, fail)
  checkSupported(keras2, origin, fail)
  const complete = rewriteLayers(keras2, origin)
  return {
    origin,
    complete,
    buildable: withCheckedFields(withoutActivityRegularizers(complete)),
    names: namesIn(complete),
    weightName: origin === 'keras3' ? weightNames(keras2) : (name) => name,
  }
}

function originOf(topology: Json, network: Json): Origin {
  if (isKeras3(topology, network)) return 'keras3'
  // tfjs writes "tfjs-layers 4.22.0".
  const version = topology['keras_version']
  return typeof version === 'string' && /^\d/.test(version) ? 'keras2' : 'tfjs'
}

/** Old versions of Keras write a number of NumPy as { type: 'ndarray', value: 0.3 }. */
function plainNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainNumbers)
  if (!isObject(value)) return value
  if (value['type'] === 'ndarray' && typeof value['value'] === 'number') return value['value']
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainNumbers(inner)]))
}

/** The class names and activations of a network and of everything in it. */
function namesIn(network: unknown): Set<string> {
  const names = new Set<string>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    if (!isObject(value)) return
    if (isLayer(value)) names.add(value.class_name)
    for (const [key, inner] of Object.entries(value)) {
      if (/(^|_)activation$/.test(key) && typeof inner === 'string') names.add(inner)
      visit(inner)
    }
  }
  visit(network)
  return names
}
