import { startsMade } from '../topology/order-calls.ts'
import { isLayer, isObject, layersOf, networkClasses, type Fail, type Json } from './json.ts'

/** Whether a topology was written by Keras 3. */
export function isKeras3(topology: Json, network: Json): boolean {
  const version = topology['keras_version']
  return (typeof version === 'string' && version.startsWith('3.')) || 'registered_name' in network
}

/**
 * Translates a network of Keras 3 into the form of Keras 2, which tfjs reads. Differences: `batch_shape`, data type
 * policies as objects, the inputs of a call as tensors among its arguments, a lone input or output that is not in a
 * list, and the numbering of the calls of a nested network.
 * Source: `keras.Model.to_json()` of Keras 3.15.
 *
 * @throws the error that `fail` makes, for a call with arguments that Keras 2's form cannot hold
 */
export function fromKeras3(network: Json, fail: Fail): Json {
  return shiftCalls(translate(network, fail)) as Json
}

function translate(value: unknown, fail: Fail): unknown {
  if (Array.isArray(value)) return value.map((inner) => translate(inner, fail))
  if (!isObject(value)) return value
  refuseForeign(value, fail)
  const result: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    if (['module', 'registered_name', 'build_config', 'compile_config'].includes(key)) continue
    if (key === 'batch_shape') result['batch_input_shape'] = inner
    else if (key === 'dtype' && isObject(inner)) result['dtype'] = policyName(inner)
    else if (key === 'input_layers' || key === 'output_layers') result[key] = inList(inner)
    else if (key === 'inbound_nodes' && Array.isArray(inner))
      result[key] = inner.map((call) => inputsOf(call, value, fail))
    else result[key] = translate(inner, fail)
  }
  return result
}

/** Operations of keras.ops that compute what the layers of the same names compute. */
const operations: readonly string[] = ['Add', 'Subtract', 'Multiply', 'Maximum', 'Minimum']

/** Refuses classes that are not Keras's layers although they may have the name of one: operations, and users' classes. */
function refuseForeign(
  { module, registered_name: registered, class_name: type, name }: Json,
  fail: Fail,
): void {
  if (typeof type !== 'string' || typeof name !== 'string') return
  if (typeof module === 'string' && module.startsWith('keras.src.ops') && !operations.includes(type)) {
    throw fail(
      `layer \`${name}\` is the operation \`${type}\` of keras.ops, which no layer of TensorFlow.js computes. Save the model without it`,
    )
  }
  if (typeof registered === 'string' && registered.includes('>')) {
    throw fail(
      `layer \`${name}\` is of the class \`${registered}\`, which is not one of Keras's. Save the model without it`,
    )
  }
}

/** { class_name: 'DTypePolicy', config: { name } } → name; 'QuantizedDTypePolicy' and others by their class. */
function policyName({ class_name: type, config }: Json): unknown {
  return type === 'DTypePolicy' && isObject(config) ? config['name'] : type
}

/** ["input", 0, 0] → [["input", 0, 0]] */
function inList(ends: unknown): unknown {
  return Array.isArray(ends) && typeof ends[0] === 'string' ? [ends] : ends
}

/** { args: [tensor, …] or [[tensor, …]], kwargs } → [[layer, call, output, kwargs], …] */
function inputsOf(call: unknown, layer: Json, fail: Fail): unknown {
  if (Array.isArray(call)) return call
  const { args = [], kwargs = {} } = Object(call) as { args?: unknown[]; kwargs?: Json }
  const refuse = (): never => {
    throw fail(
      `Keras 3 calls its layer \`${String(layer['name'])}\` with arguments that TensorFlow.js has no place for. Save it from Keras 2 (tf_keras), or without that layer`,
    )
  }
  if (holdsTensor(kwargs)) refuse()
  // Keras 3 replaces `training` of a call by the one of the model's call.
  const { training: _, ...others } = kwargs
  const named = Object.fromEntries(Object.entries(others).filter(([, given]) => given != null))
  return args.flat<unknown[]>().map((argument) => {
    const { class_name: type, config } = Object(argument) as { class_name?: unknown; config?: Json }
    const history = config?.['keras_history']
    if (type !== '__keras_tensor__' || !Array.isArray(history)) return refuse()
    return [...(history as unknown[]), named]
  })
}

function holdsTensor(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return (value as Json)['class_name'] === '__keras_tensor__' || Object.values(value).some(holdsTensor)
}

/**
 * Numbers the calls of nested networks from 1. For tfjs and Keras 2, call 0 of a network is the one that built it;
 * Keras 3 does not count that call.
 */
function shiftCalls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shiftCalls)
  if (!isObject(value)) return value
  const result: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, shiftCalls(inner)]),
  )
  const layers = layersOf(value)
  if (!layers) return result
  const nested = new Map(
    layers
      .filter((layer) => isLayer(layer) && networkClasses.includes(layer.class_name) && startsMade(layer))
      .map((layer) => [(layer as Json)['name'], (layer as Json)['class_name']]),
  )
  const shifted = (end: unknown): unknown => {
    if (!Array.isArray(end)) return end
    const [name, call, ...rest] = end as unknown[]
    return nested.has(name) && typeof call === 'number' ? [name, call + 1, ...rest] : end
  }
  /** The ends of a network count the first call of a functional network as 1 already. */
  const shiftedEnd = (end: unknown): unknown => {
    const [name, call] = Array.isArray(end) ? (end as unknown[]) : []
    return nested.get(name) === 'Functional' && call !== 0 ? end : shifted(end)
  }
  for (const key of ['input_layers', 'output_layers']) {
    const ends = result[key]
    if (Array.isArray(ends)) result[key] = ends.map(shiftedEnd)
  }
  result['layers'] = (result['layers'] as unknown[]).map((layer) => {
    const calls = isObject(layer) ? layer['inbound_nodes'] : undefined
    if (!Array.isArray(calls)) return layer
    const inbound = calls.map((call: unknown) => (Array.isArray(call) ? call.map(shifted) : call))
    return { ...(layer as Json), inbound_nodes: inbound }
  })
  return result
}
