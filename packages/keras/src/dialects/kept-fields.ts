import type { LayersModel } from '@tensorflow/tfjs-layers'
import { correctConfig } from '../graph/corrected-config.ts'
import { isModel, type Layer } from '../graph/layer.ts'
import type { Fields } from '../layers/fields.ts'
import { entry, isLayer, isObject, layersOf, type Fail, type Json, type SavedLayer } from './json.ts'
import type { Origin, SavedNetwork } from './saved-network.ts'
import { camelCase } from './to-tfjs.ts'

/** Fields that have no effect on what a layer computes, whatever their value. */
const withoutEffect: ReadonlySet<string> = new Set([
  'autocast',
  'batch_input_shape',
  'dtype',
  'fused',
  'implementation',
  'input_dim',
  'input_dtype',
  'name',
  'optional',
  'ragged',
  'renorm_momentum',
  'seed',
  'rng_type',
  'sparse',
  'synchronized',
  'use_cudnn',
  // Masks of time steps by Keras 3 are refused.
  'zero_output_for_mask',
])

/** Values that say what tfjs does anyway. */
export function isNeutral(key: string, value: unknown): boolean {
  if (withoutEffect.has(key) || key.endsWith('_initializer')) return true
  if (value === null || value === undefined || value === false || value === 0) return true
  if (key === 'groups') return value === 1
  if (key === 'dilation_rate') return [value].flat().every((rate) => rate === 1)
  if (key === 'data_format') return value === 'channels_last'
  if (key === 'interpolation') return value === 'nearest'
  if (key === 'fill_mode') return value === 'constant'
  return false
}

/** tfjs normalises two to four dimensions. */
const fiveDimensions = (_: Json, rank: number) => (rank > 4 ? 'axis' : undefined)

/** Fields that tfjs keeps and then does not apply as the framework of the file does: the name of one that matters. */
const notApplied: Readonly<
  Record<string, (config: Json, rank: number, origin: Origin) => string | undefined>
> = {
  DepthwiseConv2D: ({ dilation_rate: rate, dilates }, _rank, origin) =>
    origin !== 'tfjs' || dilates === true || rate === undefined || isNeutral('dilation_rate', rate)
      ? undefined
      : 'dilation_rate',
  LayerNormalization: fiveDimensions,
  BatchNormalization: fiveDimensions,
}

/** Fields that tfjs applies and then leaves out of the layer's configuration. */
const applied: Readonly<Record<string, readonly string[]>> = { SeparableConv2D: ['depth_multiplier'] }

/** The fields of a wrapper, such as TimeDistributed, that hold another layer. */
const innerFields = ['layer', 'backward_layer']

/** Removes activity regularizers, with which tfjs cannot build a layer. Predictions do not depend on them. */
export function withoutActivityRegularizers(network: SavedLayer): SavedLayer {
  const inside = (layer: unknown) => (isLayer(layer) ? withoutActivityRegularizers(layer) : layer)
  const layers = layersOf(network.config)
  if (Array.isArray(network.config)) return { ...network, config: network.config.map(inside) as never }
  const config: Record<string, unknown> = { ...network.config }
  if (layers) config['layers'] = layers.map(inside)
  if (config['activity_regularizer']) config['activity_regularizer'] = null
  for (const key of innerFields) if (key in config) config[key] = inside(config[key])
  return { ...network, config }
}

/**
 * Compares each layer that tfjs has built with its configuration in the file. A field that tfjs did not take over, or
 * does not apply, is an error that names layer, field and value: the model would predict other values. An activity
 * regularizer is put back into the layer's configuration, where the executors and `saveModel` find it.
 *
 * @throws the error that `fail` makes
 */
export function checkKeptFields(model: LayersModel, { complete, origin }: SavedNetwork, fail: Fail): void {
  const visit = (container: LayersModel, network: SavedLayer): void => {
    // tfjs reads this field of layers, not of networks.
    if (network.config['trainable'] === false) container.trainable = false
    const layers = new Map(container.layers.map((layer) => [layer.name, layer]))
    for (const saved of layersOf(network.config) ?? []) {
      if (!isLayer(saved)) continue
      const layer = layers.get(String(saved.config['name']))
      if (layer === undefined) continue
      if (isModel(layer)) visit(layer, saved)
      else checkLayer(layer, saved, origin, fail)
    }
  }
  visit(model, complete)
}

function checkLayer(layer: Layer, saved: SavedLayer, origin: Origin, fail: Fail): void {
  const check = (className: string, config: Json, kept: Fields, rank: number): void => {
    const wrong =
      Object.keys(config).find(
        (key) =>
          key !== 'activity_regularizer' &&
          !(camelCase(key) in kept) &&
          !isNeutral(key, config[key]) &&
          !entry(applied, className)?.includes(key),
      ) ?? entry(notApplied, className)?.(config, rank, origin)
    if (wrong !== undefined) {
      throw fail(
        `layer \`${layer.name}\` (${className}) has \`${wrong}\` = ${JSON.stringify(config[wrong])}, which TensorFlow.js does not apply, so the model would predict other values. Save the model without it`,
      )
    }
    for (const key of innerFields) {
      const inner = config[key]
      const taken = kept[camelCase(key)] as { className: string; config: Fields } | undefined
      // The rank inside a wrapper is not known; −1 is the last axis anyway.
      if (isLayer(inner) && taken?.config) check(taken.className, inner.config, taken.config, NaN)
    }
  }
  correctConfig(layer)
  check(layer.getClassName(), saved.config, layer.getConfig(), layer.outputShape.length)
  keepFields(layer, saved)
}

/** Adds to a layer's configuration what tfjs left out: `saveModel` writes it, and `readGraph` reads it. */
function keepFields(layer: Layer, { config }: SavedLayer): void {
  const kept: Record<string, unknown> = {}
  const regularizer = config['activity_regularizer']
  if (isObject(regularizer))
    kept['activityRegularizer'] = { className: regularizer['class_name'], config: regularizer['config'] }
  for (const key of entry(applied, layer.getClassName()) ?? [])
    if (config[key] !== undefined) kept[camelCase(key)] = config[key]
  if (Object.keys(kept).length === 0) return
  const getConfig = layer.getConfig.bind(layer)
  layer.getConfig = () => ({ ...getConfig(), ...(kept as ReturnType<typeof getConfig>) })
}
