import { TreadleError, isTreadleError } from '@treadle/core'
import { checkKeptFields, provideExtensions, readTopology, type SavedNetwork } from '@treadle/keras'
import { dispose, io, tidy } from '@tensorflow/tfjs-core'
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { notFinite } from './artifacts.ts'
import { requireBackend } from './backend.ts'
import { buildNetwork, compileAsSaved } from './build-network.ts'
import { badFile, bytesOf } from './model-json.ts'
import type { WeightSpec } from './model-json.ts'
import { readArtifacts } from './read-artifacts.ts'
import type { CheckedArtifacts, ModelSource } from './read-artifacts.ts'

/** Shapes without the batch dimension. */
export interface ExpectedShapes {
  readonly inputShape?: readonly number[]
  readonly outputShape?: readonly number[]
}

export interface LoadOptions {
  /** Refuse a model of another shape. */
  readonly expect?: ExpectedShapes
  /** Ends a download. */
  readonly signal?: AbortSignal
}

/**
 * Loads a layers model that was saved by `saveModel`, by tfjs or by tensorflowjs_converter (Keras 2, and Keras 3 as
 * far as tfjs has its layers): shards and quantized weights included. Its metadata is `model.getUserDefinedMetadata()`.
 * The caller owns the model and disposes it. Nothing is left behind where loading fails.
 *
 * @throws TreadleError `MODEL_NOT_FOUND`, `MODEL_READ_FAILED`, `MODEL_BAD_FILE`, `MODEL_NOT_FINITE`,
 * `MODEL_UNEXPECTED_SHAPE`, `MODEL_NO_BACKEND`
 * @example
 * const model = await loadModel('model', { expect: { inputShape: [28, 28] } })
 */
export async function loadModel(
  source: ModelSource,
  { expect, signal }: LoadOptions = {},
): Promise<LayersModel> {
  requireBackend('Loading a model')
  const artifacts = await readArtifacts(source, signal)
  const network = read(artifacts)
  const model = await build(network, artifacts)
  try {
    if (expect !== undefined) checkShapes(model, expect, artifacts.location)
    await loadWeights(model, network, artifacts)
    return model
  } catch (cause) {
    model.dispose()
    if (isTreadleError(cause)) throw cause
    throw badFile(
      artifacts.location,
      `its weights do not fit its network: ${(cause as Error).message}`,
      cause,
    )
  }
}

function read({ topology, specs, location }: CheckedArtifacts): SavedNetwork {
  const numbers = specs.reduce(
    (sum, { shape }) => sum + shape.reduce((size, dimension) => size * dimension, 1),
    0,
  )
  return readTopology(topology, specs.length === 0 ? Infinity : numbers, (reason) =>
    badFile(location, reason),
  )
}

async function build(
  network: SavedNetwork,
  { trainingConfig, metadata, location }: CheckedArtifacts,
): Promise<LayersModel> {
  await provideExtensions(network)
  const model = await buildNetwork(network.buildable, location)
  if (metadata !== undefined) model.setUserDefinedMetadata(metadata)
  try {
    checkKeptFields(model, network, (reason) => badFile(location, reason))
    // Keras 3's training configuration has a form that tfjs does not read.
    if (trainingConfig !== undefined && network.origin !== 'keras3')
      compileAsSaved(model, trainingConfig, location)
    return model
  } catch (error) {
    model.dispose()
    throw error
  }
}

async function loadWeights(
  model: LayersModel,
  { weightName }: SavedNetwork,
  { specs, data, location }: CheckedArtifacts,
): Promise<void> {
  if (specs.length === 0 && model.weights.length > 0)
    throw badFile(location, 'it has a network, but no weights')
  const bytes = splitGroups(specs, data, weightName)
  const weights = io.decodeWeights(bytes.model.data, bytes.model.specs)
  const state = io.decodeWeights(bytes.optimizer.data, bytes.optimizer.specs)
  try {
    await checkFinite({ ...weights }, location)
    tidy(() => model.loadWeights(weights)) // a weight's constraint leaves a tensor behind
    const named = bytes.optimizer.specs.map(({ name }) => ({ name, tensor: state[name] as Tensor }))
    if (model.optimizer != null && named.length > 0) await model.optimizer.setWeights(named)
  } finally {
    dispose(weights)
    dispose(state)
  }
}

type Part = { readonly specs: WeightSpec[]; readonly data: ArrayBuffer }

function splitGroups(
  specs: readonly WeightSpec[],
  data: ArrayBuffer,
  weightName: SavedNetwork['weightName'],
): Record<'model' | 'optimizer', Part> {
  let offset = 0
  const parts = {
    model: { specs: [] as WeightSpec[], data: [] as ArrayBuffer[] },
    optimizer: { specs: [] as WeightSpec[], data: [] as ArrayBuffer[] },
  }
  for (const spec of specs) {
    const { group = 'model' } = spec
    const values = data.slice(offset, (offset += bytesOf(spec)))
    const name = group === 'model' ? weightName(spec.name) : spec.name
    if (name === undefined) continue
    parts[group].specs.push({ ...spec, name })
    parts[group].data.push(values)
  }
  const whole = (part: (typeof parts)['model']): Part => ({
    specs: part.specs,
    data: io.CompositeArrayBuffer.join(part.data),
  })
  return { model: whole(parts.model), optimizer: whole(parts.optimizer) }
}

async function checkFinite(weights: NamedTensorMap, location: string): Promise<void> {
  for (const [name, weight] of Object.entries(weights)) {
    const bad = (await weight.data()).find((value) => !Number.isFinite(value))
    if (bad !== undefined) throw notFinite(`Loading a model from ${location}`, name, bad)
  }
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
