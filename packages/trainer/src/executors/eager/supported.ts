import { augmentationLayers, readGraph, type Fields, type LayerNode } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Refusal } from '../executor.ts'

interface Config {
  readonly className?: string
  readonly config?: Fields
}

/** The first layer that tfjs cannot train repeatably, and why. */
export function unsupportedLayer(model: LayersModel): Refusal | undefined {
  if (model.trainableWeights.length === 0) return { reason: 'the model has no trainable weights' }
  for (const node of readGraph(model).nodes) {
    const reason = reasonAgainst(node)
    if (reason) return { layer: node.name, reason }
  }
  return undefined
}

function reasonAgainst({ className: name, config: known }: LayerNode): string | undefined {
  if (known.kind !== 'other') return undefined
  const config = known.fields
  if (augmentationLayers.includes(name)) return `${name} is supported for predictions only`
  if (['GaussianNoise', 'GaussianDropout', 'AlphaDropout'].includes(name)) {
    return `${name} draws from Math.random, so the run could not be repeated`
  }
  if (name === 'Masking' || config['maskZero'] === true)
    return 'masks of time steps are not carried through training'
  if (config['stateful'] === true)
    return 'it keeps state from batch to batch, and batches are drawn at random'
  return recurrentReason(config) ?? wrapperReason(config['layer'] as Config | undefined)
}

function recurrentReason(config: Fields): string | undefined {
  const rates = ['dropout', 'recurrentDropout'].filter((key) => Number(config[key] ?? 0) > 0)
  return rates.length > 0
    ? `its \`${rates[0]}\` draws from Math.random, so the run could not be repeated`
    : undefined
}

/** Wrappers call their layer themselves, out of reach of our masks and moving averages. */
function wrapperReason(inner: Config | undefined): string | undefined {
  if (!inner) return undefined
  if (/Dropout|Noise|BatchNormalization/.test(inner.className ?? ''))
    return `it wraps a ${inner.className}, which must stand alone`
  return recurrentReason(inner.config ?? {}) ?? wrapperReason(inner.config?.['layer'] as Config | undefined)
}
