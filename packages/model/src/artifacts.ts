import { TreadleError } from '@treadle/core'
import { checkModel, correctConfigs, isModel } from '@treadle/keras'
import { io } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { sha256Hex } from '#platform'
import { notFinite } from './not-finite.ts'

/** What tfjs calls a model's artifacts, with the weights in one piece. */
export interface WholeArtifacts extends io.ModelArtifacts {
  modelTopology: object
  weightSpecs: io.WeightsManifestEntry[]
  weightData: ArrayBuffer
}

/**
 * Takes a model's artifacts from tfjs's own `save`, so that files written from them are those that tfjs reads.
 * @param optimizer whether the state of the optimizer the model was compiled with is among them
 * @throws TreadleError `MODEL_NOT_FINITE`
 */
export async function modelArtifacts(model: LayersModel, optimizer = false): Promise<WholeArtifacts> {
  checkModel('Saving a model', model)
  let captured: io.ModelArtifacts | undefined
  correctConfigs(model)
  await model.save(
    io.withSaveHandler(async (artifacts) => {
      captured = artifacts
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
  const artifacts = captured as WholeArtifacts
  checkFinite(model.name, artifacts)
  markFrozen(model, artifacts.modelTopology as SavedNetwork)
  if (optimizer) await addOptimizer(model, artifacts)
  return artifacts
}

interface SavedNetwork {
  config: { name?: string; layers?: SavedNetwork[]; trainable?: boolean }
}

/** Writes of networks what tfjs writes of layers alone: that they do not train. */
function markFrozen(model: LayersModel, { config }: SavedNetwork): void {
  if (!model.trainable) config.trainable = false
  for (const layer of model.layers) {
    const saved = isModel(layer) && config.layers?.find((one) => one.config.name === layer.name)
    if (saved) markFrozen(layer, saved)
  }
}

/**
 * The SHA-256 (hex) of the bytes that `saveModel` writes to weights.bin, without an optimizer's state.
 * @throws TreadleError `MODEL_NOT_FINITE`
 */
export async function weightsSha256(model: LayersModel): Promise<string> {
  return sha256Hex((await modelArtifacts(model)).weightData)
}

function checkFinite(modelName: string, { weightSpecs, weightData }: WholeArtifacts): void {
  let offset = 0
  for (const { name, shape, dtype } of weightSpecs) {
    const size = shape.reduce((product, dimension) => product * dimension, 1)
    if (dtype === 'float32') {
      const bad = new Float32Array(weightData.slice(offset, offset + 4 * size)).find(
        (value) => !Number.isFinite(value),
      )
      if (bad !== undefined) throw notFinite(`Saving \`${modelName}\``, name, bad)
    }
    offset += size * (dtype === 'bool' ? 1 : 4)
  }
}

/** As tfjs does it, but without leaving the tensor of the step counter behind. */
async function addOptimizer(model: LayersModel, artifacts: WholeArtifacts): Promise<void> {
  if (model.optimizer == null) {
    throw new TreadleError(
      'MODEL_NO_OPTIMIZER',
      `Saving \`${model.name}\` with its optimizer: it has none. Compile it first, or save without \`optimizer\`.`,
    )
  }
  const weights = await model.optimizer.getWeights()
  const { data, specs } = await io.encodeWeights(weights, 'optimizer')
  weights.find(({ name }) => name === 'iter')?.tensor.dispose()
  artifacts.trainingConfig = (
    model as unknown as { getTrainingConfig(): io.TrainingConfig }
  ).getTrainingConfig()
  artifacts.weightSpecs = [...artifacts.weightSpecs, ...specs]
  artifacts.weightData = io.CompositeArrayBuffer.join([artifacts.weightData, data])
}
