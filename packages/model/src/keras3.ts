import { badFile } from './model-json.ts'
import type { WeightSpec } from './model-json.ts'
import type { CheckedArtifacts } from './read-artifacts.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * Turns a network as Keras 3 writes it into the form of Keras 2, which tfjs reads; others pass unchanged.
 * What differs: `batch_shape`, data type policies as objects, a layer's inputs as tensors among call arguments, a
 * lone input or output that is not in a list, and weights under the network's name. A training configuration is
 * dropped: Keras 3's has a form of its own.
 * Source: `keras.Model.to_json()` of Keras 3.15.
 *
 * @throws TreadleError `MODEL_BAD_FILE` for a call with arguments that Keras 2's form cannot hold
 */
export function fromKeras3(artifacts: CheckedArtifacts): CheckedArtifacts {
  const { topology, specs, location } = artifacts
  const network = (topology.model_config ?? topology) as Json
  if (!isKeras3(topology, network)) return artifacts
  const translated = translate(network, location) as Json
  const prefix = `${String((translated.config as Json | undefined)?.name)}/`
  const renamed = specs.map((spec): WeightSpec =>
    spec.name.startsWith(prefix) ? { ...spec, name: spec.name.slice(prefix.length) } : spec,
  )
  const { trainingConfig: _, ...rest } = artifacts
  return { ...rest, topology: { model_config: translated }, specs: renamed }
}

function isKeras3(topology: Json, network: Json): boolean {
  return (
    (typeof topology.keras_version === 'string' && topology.keras_version.startsWith('3.')) ||
    'registered_name' in network
  )
}

function translate(value: unknown, location: string): unknown {
  if (Array.isArray(value)) return value.map((inner) => translate(inner, location))
  if (typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'module' || key === 'registered_name' || key === 'build_config' || key === 'compile_config')
      continue
    else if (key === 'batch_shape') result.batch_input_shape = inner
    else if (key === 'dtype' && typeof inner === 'object') result.dtype = 'float32'
    else if (key === 'input_layers' || key === 'output_layers') result[key] = inList(inner)
    else if (key === 'inbound_nodes' && Array.isArray(inner))
      result[key] = inner.map((call) => inputsOf(call, value as Json, location))
    else result[key] = translate(inner, location)
  }
  return result
}

/** ["input", 0, 0] → [["input", 0, 0]] */
function inList(ends: unknown): unknown {
  return Array.isArray(ends) && typeof ends[0] === 'string' ? [ends] : ends
}

/** { args: [tensor, …] or [[tensor, …]], kwargs } → [[layer, call, output, {}], …] */
function inputsOf(call: unknown, layer: Json, location: string): unknown {
  if (Array.isArray(call)) return call
  const { args = [], kwargs = {} } = Object(call) as { args?: unknown[]; kwargs?: Json }
  const refuse = (): never => {
    throw badFile(
      location,
      `Keras 3 calls its layer \`${String(layer.name)}\` with arguments that TensorFlow.js has no place for. Save it from Keras 2 (tf_keras), or without that layer`,
    )
  }
  if (holdsTensor(kwargs)) refuse()
  return args.flat<unknown[]>().map((argument) => {
    const { class_name: type, config } = Object(argument) as { class_name?: unknown; config?: Json }
    const history = config?.keras_history
    if (type !== '__keras_tensor__' || !Array.isArray(history)) return refuse()
    return [...(history as unknown[]), {}]
  })
}

function holdsTensor(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return (value as Json).class_name === '__keras_tensor__' || Object.values(value).some(holdsTensor)
}
