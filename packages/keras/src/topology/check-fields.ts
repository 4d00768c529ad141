import { describeProblem } from '@treadle/core'
import {
  isLayer,
  isObject,
  layersOf,
  networkClasses,
  type Fail,
  type Json,
  type SavedLayer,
} from '../dialects/json.ts'
import { innerLayerFields, isKnownField, layerSchema } from './layer-fields.ts'

/**
 * Checks every field of every layer of a network, by type, finiteness and range.
 * @throws the error that `fail` makes; its message names layer, field, value and rule
 */
export function checkFields(network: SavedLayer, fail: Fail): void {
  const layers = layersOf(network.config)
  if (layers === undefined) throw fail('its `modelTopology` has a network without a list of `layers`')
  for (const layer of layers) checkLayer(layer, fail)
}

function checkLayer(layer: unknown, fail: Fail): void {
  const { class_name: className, config, inbound_nodes: calls } = Object(layer) as Json
  if (typeof className !== 'string' || typeof config !== 'object' || config === null)
    throw fail('a layer of its network has no `class_name` or no `config`')
  checkCallArguments(layer as Json, calls, fail)
  if (networkClasses.includes(className)) return checkFields(layer as SavedLayer, fail)
  if (!isLayer(layer)) throw fail(`the \`config\` of a layer of class ${className} is a list`)
  const schema = layerSchema(className)
  const problem = schema && describeProblem(schema, layer.config)
  if (problem !== undefined)
    throw fail(`layer \`${nameOf(layer)}\` (${className}): ${problem.replace(/\.$/, '')}`)
  for (const field of schema ? innerLayerFields : [])
    for (const inner of [layer.config[field] ?? []].flat()) checkLayer(inner, fail)
}

/** tfjs passes the call arguments to the layer. Only `training` is supported. */
function checkCallArguments(layer: Json, calls: unknown, fail: Fail): void {
  if (!Array.isArray(calls)) return
  for (const input of calls.flat() as unknown[]) {
    const given: unknown = Array.isArray(input) ? input[3] : undefined
    if (given === undefined || given === null) continue
    const wrong = isObject(given)
      ? Object.entries(given).find(([key, value]) =>
          key === 'training'
            ? typeof value !== 'boolean' && value !== null
            : value !== null && value !== false,
        )
      : ['', given]
    if (wrong === undefined) continue
    const [key, value] = wrong as [string, unknown]
    throw fail(
      `layer \`${String(layer['name'])}\` is called with ${key ? `\`${key}\` = ` : ''}${JSON.stringify(value).slice(0, 80)}, which cannot be applied`,
    )
  }
}

/** A copy with those fields alone that have been checked; a layer of a user's own class keeps all. */
export function withCheckedFields(network: SavedLayer): SavedLayer {
  const { class_name: className, config } = network
  const layers = layersOf(config)
  if (layers && networkClasses.includes(className)) {
    const inside = layers.map((layer) => (isObject(layer) ? withCheckedFields(layer as SavedLayer) : layer))
    if (Array.isArray(config)) return { ...network, config: inside as never }
    return { ...network, config: { ...config, layers: inside } }
  }
  const original = className.replace(/^Complete/, '')
  if (layerSchema(original) === undefined) return network
  const kept = Object.entries(config).filter(([field]) => isKnownField(original, field))
  const inside = kept.map(([field, value]) => {
    if (!innerLayerFields.includes(field)) return [field, field === 'dtype' ? plainType(value) : value]
    return [field, Array.isArray(value) ? value.map(checkedInside) : checkedInside(value)]
  })
  return { ...network, config: Object.fromEntries(inside) as Json }
}

function checkedInside(layer: unknown): unknown {
  return isLayer(layer) ? withCheckedFields(layer) : layer
}

/** Floats of every width, and mixed precision, are computed as float32. */
function plainType(dtype: unknown): unknown {
  return dtype === 'int32' || dtype === 'bool' || dtype === null ? dtype : 'float32'
}

function nameOf({ config }: SavedLayer): string {
  return typeof config['name'] === 'string' ? config['name'] : '?'
}
