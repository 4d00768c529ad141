import { TreadleError, isTreadleError } from '@treadle/core'
import { dispose, io, tidy } from '@tensorflow/tfjs-core'
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { notFinite } from './artifacts.ts'
import { requireBackend } from './backend.ts'
import { buildNetwork, compileAsSaved } from './build-network.ts'
import type { NetworkConfig } from './build-network.ts'
import { checkTopology } from './check-topology.ts'
import { fromKeras3 } from './keras3.ts'
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
  const artifacts = fromKeras3(await readArtifacts(source, signal))
  const model = await build(artifacts)
  try {
    if (expect !== undefined) checkShapes(model, expect, artifacts.location)
    await loadWeights(model, artifacts)
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

async function build({
  topology,
  specs,
  trainingConfig,
  metadata,
  location,
}: CheckedArtifacts): Promise<LayersModel> {
  const network = (topology.model_config ?? topology) as Partial<NetworkConfig>
  if (
    typeof network.class_name !== 'string' ||
    typeof network.config !== 'object' ||
    network.config === null
  ) {
    throw badFile(
      location,
      'its `modelTopology` is no network of layers (`class_name` and `config` are missing)',
    )
  }
  const numbers = specs.reduce(
    (sum, { shape }) => sum + shape.reduce((size, dimension) => size * dimension, 1),
    0,
  )
  checkTopology(network, specs.length === 0 ? Infinity : numbers, location)
  const model = await buildNetwork(network as NetworkConfig, location)
  if (metadata !== undefined) model.setUserDefinedMetadata(metadata)
  try {
    if (trainingConfig !== undefined) compileAsSaved(model, trainingConfig, location)
    return model
  } catch (error) {
    model.dispose()
    throw error
  }
}

async function loadWeights(model: LayersModel, { specs, data, location }: CheckedArtifacts): Promise<void> {
  if (specs.length === 0 && model.weights.length > 0)
    throw badFile(location, 'it has a network, but no weights')
  const bytes = splitGroups(specs, data)
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

function splitGroups(specs: readonly WeightSpec[], data: ArrayBuffer): Record<'model' | 'optimizer', Part> {
  let offset = 0
  const parts = {
    model: { specs: [] as WeightSpec[], data: [] as ArrayBuffer[] },
    optimizer: { specs: [] as WeightSpec[], data: [] as ArrayBuffer[] },
  }
  for (const spec of specs) {
    const part = parts[spec.group ?? 'model']
    part.specs.push(spec)
    part.data.push(data.slice(offset, (offset += bytesOf(spec))))
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
