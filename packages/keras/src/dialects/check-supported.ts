import { entry, isLayer, isObject, layersOf, type Fail, type Json, type SavedLayer } from './json.ts'
import type { Origin } from './saved-network.ts'

/** Data types that are computed as float32 or int32 without a difference that matters. */
const dataTypes: readonly string[] = [
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'bool',
]

interface Unsupported {
  readonly field: string
  /** Follows "layer `x` (X) has `field` = value, which". */
  readonly why: string
}

const isUnknownInterpolation = ({ interpolation }: Json): string | undefined =>
  [undefined, 'nearest', 'bilinear'].includes(interpolation as string) ? undefined : 'interpolation'

/** Settings that tfjs builds, or fails to build, without the name of the layer: by class. */
const unsupported: Readonly<Record<string, (config: Json, origin: Origin) => string | undefined>> = {
  GRU: ({ reset_after: after }) => (after === true ? 'reset_after' : undefined),
  GRUCell: ({ reset_after: after }) => (after === true ? 'reset_after' : undefined),
  RNN: ({ cell }) =>
    Array.isArray(cell) || Object(cell).class_name === 'StackedRNNCells' ? 'cell' : undefined,
  SeparableConv2D: ({ data_format: format }) => (format === 'channels_first' ? 'data_format' : undefined),
  Softmax: ({ axis }) => (Array.isArray(axis) && axis.length !== 1 ? 'axis' : undefined),
  // It resizes in predictions too.
  RandomWidth: () => 'factor',
  Resizing: (config, origin) =>
    config['crop_to_aspect_ratio'] === true && origin !== 'tfjs'
      ? 'crop_to_aspect_ratio'
      : isUnknownInterpolation(config),
  UpSampling2D: isUnknownInterpolation,
}

/**
 * Checks what can be seen in a network's configuration, in Keras 2's form, before it is built: settings that would
 * predict other values, and those for which tfjs's own error names no layer.
 *
 * @throws the error that `fail` makes
 */
export function checkSupported(network: Json, origin: Origin, fail: Fail): void {
  for (const layer of layersOf(network['config']) ?? []) {
    if (!isLayer(layer)) continue
    checkCalls(layer, fail)
    if (layersOf(layer.config)) checkSupported(layer, origin, fail)
    else checkLayer(layer, String(layer.config['name']), origin, fail)
  }
}

function checkLayer(
  { class_name: className, config }: SavedLayer,
  name: string,
  origin: Origin,
  fail: Fail,
): void {
  const found = policy(config) ?? activation(config) ?? bySettings(className, config, origin)
  if (found !== undefined) {
    const value = JSON.stringify(config[found.field])
    throw fail(
      `layer \`${name}\` (${className}) has \`${found.field}\` = ${value.length > 100 ? `${value.slice(0, 100)}…` : value}, which ${found.why}`,
    )
  }
  for (const inner of [config['layer'], config['backward_layer'], config['cell']].flat())
    if (isLayer(inner)) {
      if (layersOf(inner.config)) checkSupported(inner, origin, fail)
      else checkLayer(inner, name, origin, fail)
    }
}

/** A model in half precision or with quantized weights predicts other values than in float32. */
function policy({ dtype }: Json): Unsupported | undefined {
  const name: unknown = isObject(dtype) ? (Object(dtype['config']) as Json)['name'] : dtype
  if (name === undefined || name === null || dataTypes.includes(name as string)) return undefined
  return { field: 'dtype', why: 'is not computed here. Save the model with data type float32' }
}

function activation(config: Json): Unsupported | undefined {
  for (const field of ['activation', 'recurrent_activation']) {
    const value = config[field]
    if (value === undefined || value === null || typeof value === 'string') continue
    return {
      field,
      why: 'is not the name of an activation. Give the layer none, and add the activation as a layer after it',
    }
  }
  return undefined
}

function bySettings(className: string, config: Json, origin: Origin): Unsupported | undefined {
  const field = entry(unsupported, className)?.(config, origin)
  return field === undefined
    ? undefined
    : { field, why: 'TensorFlow.js does not compute. Save the model without it' }
}

/** In predictions `training=False` changes nothing. Other arguments do, and tfjs does not pass them on. */
function checkCalls({ name, inbound_nodes: calls }: Json, fail: Fail): void {
  if (!Array.isArray(calls)) return
  for (const input of calls.flat() as unknown[]) {
    const given: unknown = Array.isArray(input) ? input[3] : undefined
    if (!isObject(given)) continue
    for (const [argument, value] of Object.entries(given)) {
      if (value === null || value === false) continue
      throw fail(
        `layer \`${String(name)}\` is called with \`${argument}\` = ${JSON.stringify(value).slice(0, 100)}, which TensorFlow.js does not apply, so the model would predict other values. Save the model without it`,
      )
    }
  }
}
