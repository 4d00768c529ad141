import { TreadleError, checkOptions, checkSeed } from '@treadle/core'
import { applyCalls, checkModel, flatLayers, isModel, tensorsOf } from '@treadle/keras'
import * as tfl from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { modelArtifacts } from '../artifacts.ts'
import { checkInteger } from '../check-options.ts'
import { loadModel } from '../load-model.ts'
import { seededNetwork } from '../networks/seeded-network.ts'
import { findFeatures } from './find-features.ts'

export interface TransferOptions {
  /** Classes of the new head, at least 2. */
  readonly classes: number
  /** Determines the head's initial weights: an integer in [0, 2³²); 0 unless given. */
  readonly seed?: number
  /**
   * The layer whose output are the features. Unless given, the head is the last dense layer with what comes after it and
   * the dropout before it.
   */
  readonly layer?: string | undefined
  /** Fraction of the features that training drops, in [0, 1); 0 unless given. */
  readonly dropout?: number
  /** What the base expects is `input · scale + offset`, for inputs in [0, 1]; `{ scale: 1, offset: 0 }` unless given. */
  readonly rescaling?: { readonly scale: number; readonly offset: number } | undefined
}

/**
 * Builds a network for other classes from a trained one: a copy of its layers up to its features, frozen, and a new head:
 * means over the pixels of each channel if the features are a map, [dropout], and a dense softmax layer. Train it with
 * `cacheFeatures` of `train` in @treadle/trainer; `unfreezeLayers` lets some of the copied layers train afterwards. The
 * caller disposes it; the base does not change.
 *
 * @param base input shape [null, …], one output
 * @returns output shape [null, classes]
 * @throws TreadleError `MODEL_BAD_BASE` if the base cannot be cut, `MODEL_BAD_OPTION`, `CORE_BAD_SEED`, `MODEL_NOT_A_MODEL`
 * @example
 * const model = await transferModel(await loadModel('runs/shapes/model'), { classes: 5, seed: 1 })
 */
export async function transferModel(base: LayersModel, options: TransferOptions): Promise<LayersModel> {
  checkModel('transferModel', base)
  checkOptions('transferModel', options, {
    classes: 'any',
    seed: 'any',
    layer: 'string',
    dropout: 'any',
    rescaling: { scale: 'number', offset: 'number' },
  })
  const { classes, seed = 0, layer, dropout = 0, rescaling } = options
  checkInteger('classes', classes, 2)
  checkSeed(seed)
  if (!(typeof dropout === 'number' && dropout >= 0 && dropout < 1))
    throw new TreadleError(
      'MODEL_BAD_OPTION',
      `transferModel: \`dropout\` (=${dropout}) must be a number of at least 0 and below 1.`,
    )
  // Before anything is copied.
  findFeatures(base, layer)
  const copy = await copyOf(base)
  let model: LayersModel | undefined
  try {
    const head: tfl.layers.Layer[] = []
    model = seededNetwork(
      'transfer',
      seed,
      () => build(copy, { layer, classes, dropout, rescaling }, head),
      head,
    )
    if (rescaling === undefined) return model
    // Without the calls of the base on its own input.
    const once = await copyOf(model)
    model.dispose()
    return (model = once)
  } finally {
    const kept = new Set(model?.weights)
    // Of the old head, or all if it failed.
    for (const weight of copy.weights) if (!kept.has(weight)) weight.dispose()
  }
}

async function copyOf(model: LayersModel): Promise<LayersModel> {
  const artifacts = await modelArtifacts(model)
  return loadModel({ load: async () => artifacts })
}

interface Parts extends Pick<TransferOptions, 'layer' | 'rescaling'> {
  readonly classes: number
  readonly dropout: number
}

/** @param head receives the new layers */
function build(copy: LayersModel, parts: Parts, head: tfl.layers.Layer[]): LayersModel {
  const { layer, classes, dropout, rescaling } = parts
  const found = findFeatures(copy, layer)
  const taken = namesBefore(found)
  const { input, features } =
    rescaling === undefined
      ? { input: copy.inputs[0] as SymbolicTensor, features: found }
      : rescaled(copy.inputs[0] as SymbolicTensor, found, rescaling, taken)
  const add = (one: tfl.layers.Layer, x: SymbolicTensor): SymbolicTensor => {
    head.push(one)
    return one.apply(x) as SymbolicTensor
  }
  const named = (name: string) => freeName(name, taken)
  let x = features
  const rank = x.shape.length - 1
  if (rank === 3) x = add(tfl.layers.globalAveragePooling2d({ name: named('head_average') }), x)
  else if (rank > 1) x = add(tfl.layers.flatten({ name: named('head_flatten') }), x)
  if (dropout > 0) x = add(tfl.layers.dropout({ rate: dropout, name: named('head_dropout') }), x)
  const output = tfl.layers.dense({
    units: classes,
    activation: 'softmax',
    kernelInitializer: 'glorotUniform',
    name: named('head'),
  })
  const model = tfl.model({ inputs: input, outputs: add(output, x), name: 'transfer' })
  for (const one of model.layers) if (!head.includes(one)) one.trainable = false
  return model
}

/** The same layers, on an input that is scaled first. */
function rescaled(
  before: SymbolicTensor,
  features: SymbolicTensor,
  { scale, offset }: { readonly scale: number; readonly offset: number },
  taken: Set<string>,
) {
  const input = tfl.input({ shape: before.shape.slice(1), name: freeName('input', taken) })
  const rescaling = tfl.layers.rescaling({ scale, offset, name: freeName('rescaling', taken) })
  const scaled = rescaling.apply(input) as SymbolicTensor
  const [applied] = applyCalls([features], new Map([[before.id, scaled]]))
  return { input, features: applied as SymbolicTensor }
}

/** Names of the layers that features depend on, in nested models too. */
function namesBefore(features: SymbolicTensor): Set<string> {
  const called = tensorsOf([features]).map(({ sourceLayer }) => sourceLayer)
  return new Set(
    called.flatMap((one) => [one, ...(isModel(one) ? flatLayers(one) : [])]).map(({ name }) => name),
  )
}

function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let copy = 2; taken.has(free); copy++) free = `${name}_${copy}`
  taken.add(free)
  return free
}
