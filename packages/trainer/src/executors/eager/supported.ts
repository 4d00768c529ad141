import { isCompletion, readGraph, type Fields, type LayerNode } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Refusal } from '../executor.ts'
import { softmaxReason } from '../softmax-axis.ts'

interface Config {
  readonly className?: string
  readonly config?: Fields
}

/** The first layer that the eager executor does not support, with the reason. */
export function unsupportedLayer(model: LayersModel): Refusal | undefined {
  if (model.trainableWeights.length === 0) return { reason: 'the model has no trainable weights' }
  const trained = new Set(model.trainableWeights)
  const needsGradient: boolean[] = []
  for (const node of readGraph(model).nodes) {
    const needs =
      node.layer.weights.some((weight) => trained.has(weight)) ||
      node.inputs.some((input) => needsGradient[input.node])
    needsGradient.push(needs)
    const reason = reasonAgainst(node) ?? softmaxReason(node) ?? (needs ? dilationReason(node) : undefined)
    if (reason) return { layer: node.name, reason }
  }
  return undefined
}

function reasonAgainst({ className: name, config: known }: LayerNode): string | undefined {
  if (known.kind !== 'other') return undefined
  const config = known.fields
  if (name === 'Masking' || config['maskZero'] === true)
    return 'masks of time steps are not supported in training'
  if (config['stateful'] === true) return 'stateful layers are not supported, since batches are shuffled'
  return recurrentReason(config) ?? wrapperReason(config['layer'] as Config | undefined)
}

/** tfjs throws in the backward pass. */
function dilationReason({ config, layer }: LayerNode): string | undefined {
  if (config.kind !== 'Convolution' && config.kind !== 'SeparableConvolution') return undefined
  const { dilationRate } = config
  if (dilationRate.every((rate) => rate === 1) || isCompletion(layer)) return undefined
  return `\`dilationRate\` (=[${dilationRate.join(', ')}]) has no gradient in TensorFlow.js`
}

function recurrentReason(config: Fields): string | undefined {
  const rates = ['dropout', 'recurrentDropout'].filter((key) => Number(config[key] ?? 0) > 0)
  return rates.length > 0
    ? `its \`${rates[0]}\` uses Math.random, so the run would not be reproducible`
    : undefined
}

/** A wrapper calls its inner layer itself, so dropout masks and moving averages cannot be replaced there. */
function wrapperReason(inner: Config | undefined): string | undefined {
  if (!inner) return undefined
  if (/Dropout|Noise|BatchNormalization/.test(inner.className ?? ''))
    return `it wraps a ${inner.className}, which is not supported inside a wrapper`
  return recurrentReason(inner.config ?? {}) ?? wrapperReason(inner.config?.['layer'] as Config | undefined)
}
