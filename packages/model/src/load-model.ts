import { TreadleError, checkOptions, isTreadleError } from '@treadle/core'
import {
  checkKeptFields,
  provideExtensions,
  readTopology,
  type Fail,
  type SavedNetwork,
} from '@treadle/keras'
import { dispose, io } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { notFinite } from './not-finite.ts'
import { requireBackend } from './backend.ts'
import { buildNetwork, compileAsSaved } from './build-network.ts'
import { setWeight } from './deferred-weights.ts'
import { matchWeights } from './match-weights.ts'
import { badFile, bytesOf } from './model-json.ts'
import type { WeightSpec } from './model-json.ts'
import { completeLimits, limitKinds, type CompleteLimits, type ModelLimits } from './model-limits.ts'
import { readArtifacts } from './read-artifacts.ts'
import type { CheckedArtifacts, ModelSource } from './read-artifacts.ts'

/** Shapes without the batch dimension. */
export interface ExpectedShapes {
  readonly inputShape?: readonly number[]
  readonly outputShape?: readonly number[]
}

export interface LoadOptions extends ModelLimits {
  /** Refuse a model of another shape. */
  readonly expect?: ExpectedShapes | undefined
  /** Ends a download. */
  readonly signal?: AbortSignal | undefined
}

const optionKinds = {
  expect: { inputShape: 'list', outputShape: 'list' },
  signal: 'signal',
  ...limitKinds,
} as const

/**
 * Loads a layers model that was saved by `saveModel`, by tfjs or by tensorflowjs_converter (Keras 2, and Keras 3 as
 * far as tfjs has its layers): shards and quantized weights included. Its metadata is `model.getUserDefinedMetadata()`.
 * The caller owns the model and disposes it. Nothing is left behind where loading fails.
 *
 * The file is not trusted: every field is checked, and the memory and the operations of the network are counted before
 * anything is allocated for it. See `ModelLimits`.
 *
 * @throws TreadleError `MODEL_NOT_FOUND`, `MODEL_READ_FAILED`, `MODEL_BAD_FILE`, `MODEL_BAD_SOURCE`,
 * `MODEL_BAD_OPTION`, `MODEL_NOT_FINITE`, `MODEL_UNEXPECTED_SHAPE`, `MODEL_NO_BACKEND`
 * @example
 * const model = await loadModel('model', { expect: { inputShape: [28, 28] } })
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<LayersModel> {
  checkOptions('loadModel', options, optionKinds)
  const { expect, signal, ...given } = options
  const limits = completeLimits('loadModel', given)
  requireBackend('Loading a model')
  return buildModel(
    await readArtifacts(source, async (address) => io.getLoadHandlers(address)[0], signal),
    limits,
    { expect, signal },
  )
}

/** Builds a model from its artifacts. @throws what `loadModel` throws */
export async function buildModel(
  artifacts: CheckedArtifacts,
  limits: CompleteLimits,
  { expect, signal }: Pick<LoadOptions, 'expect' | 'signal'> = {},
): Promise<LayersModel> {
  const { location } = artifacts
  const fail: Fail = (reason) => badFile(location, reason)
  const network = readTopology(artifacts.topology, fail)
  await provideExtensions(network, fail)
  const model = buildNetwork(network.buildable, limits, location)
  try {
    if (artifacts.metadata !== undefined) model.setUserDefinedMetadata(artifacts.metadata)
    checkKeptFields(model, network, fail)
    if (expect !== undefined) checkShapes(model, expect, location)
    // Keras 3's training configuration has a form that tfjs does not read.
    if (artifacts.trainingConfig !== undefined && network.origin !== 'keras3')
      compileAsSaved(model, artifacts.trainingConfig, location)
    await loadWeights(model, network, artifacts, fail)
    return model
  } catch (cause) {
    model.dispose()
    if (isTreadleError(cause) || signal?.aborted) throw cause
    throw badFile(location, `its weights do not fit its network: ${(cause as Error).message}`, cause)
  }
}

async function loadWeights(
  model: LayersModel,
  { weightName }: SavedNetwork,
  { specs, readData, location }: CheckedArtifacts,
  fail: Fail,
): Promise<void> {
  const named = specs.map((spec) => {
    const isOptimizers = spec.group === 'optimizer'
    return { spec, isOptimizers, name: isOptimizers ? spec.name : weightName(spec.name) }
  })
  const ofModel = named.filter(({ isOptimizers, name }) => !isOptimizers && name !== undefined)
  const weights = matchWeights(
    model,
    ofModel.map(({ spec, name }) => ({ ...spec, name: name as string })),
    fail,
  )
  checkOthers(model, specs, fail)
  const targets = new Map(ofModel.map(({ spec }, index) => [spec, weights[index]]))
  const data = await readData()
  const state: { name: string; tensor: Tensor }[] = []
  let offset = 0
  try {
    for (const { spec, isOptimizers, name } of named) {
      const bytes = data.slice(offset, (offset += bytesOf(spec)))
      if (name === undefined) continue
      const tensor = decode(bytes, spec)
      const weight = targets.get(spec)
      const values = tensor.dataSync()
      const bad = values.find((value) => !Number.isFinite(value))
      if (bad !== undefined) {
        tensor.dispose()
        throw notFinite(`Loading a model from ${location}`, name, bad)
      }
      if (weight) setWeight(weight, tensor)
      else if (isOptimizers) state.push({ name, tensor })
    }
    if (model.optimizer != null && state.length > 0) await model.optimizer.setWeights(state)
  } finally {
    dispose(state.map(({ tensor }) => tensor))
  }
}

function decode(bytes: ArrayBuffer, spec: WeightSpec): Tensor {
  return io.decodeWeights(bytes, [{ ...spec, name: 'weight' }])['weight'] as Tensor
}

/** Optimizers have at most three values for each of the model's; what else a file holds besides weights is small. */
function checkOthers(model: LayersModel, specs: readonly WeightSpec[], fail: Fail): void {
  const most = 4 * valuesOf(model.weights) + 4096
  const given = valuesOf(specs)
  if (given <= most) return
  throw fail(`its manifest has ${given} values, and its network and an optimizer have at most ${most}`)
}

function valuesOf(weights: readonly { readonly shape: readonly (number | null)[] }[]): number {
  return weights.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((size, one) => size * (one ?? 1), 1),
    0,
  )
}

function checkShapes(
  model: LayersModel,
  { inputShape, outputShape }: ExpectedShapes,
  location: string,
): void {
  compare(
    'takes',
    'inputs',
    inputShape,
    model.inputs.map((input) => input.shape),
  )
  compare(
    'gives',
    'outputs',
    outputShape,
    model.outputs.map((output) => output.shape),
  )
  function compare(
    verb: string,
    what: string,
    expected: readonly number[] | undefined,
    found: (number | null)[][],
  ): void {
    if (expected === undefined) return
    const [shape] = found
    const sizes = shape?.slice(1) ?? []
    const fits =
      found.length === 1 &&
      sizes.length === expected.length &&
      sizes.every((size, axis) => size === null || size === expected[axis])
    if (fits) return
    throw new TreadleError(
      'MODEL_UNEXPECTED_SHAPE',
      `The model in ${location} ${verb} ${what} of shape ${found.map((one) => `[${one.slice(1).join(', ')}]`).join(' and ')}, ` +
        `but [${expected.join(', ')}] is needed. Load a model that was made for such data.`,
    )
  }
}
