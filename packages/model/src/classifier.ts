import { checkOptions } from '@treadle/core'
import { checkModel } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { BaseClassifier } from './base-classifier.ts'
import { classMetadata, metadataKinds } from './class-metadata.ts'
import type { ClassMetadataOptions } from './class-metadata.ts'
import type { ClassifierNetwork } from './classifier-network.ts'
import { loadNetwork, type ClassifierLoadOptions, type Eager } from './load-network.ts'
import { createPredictor } from './predictor.ts'
import type { ModelSource } from './read-artifacts.ts'

export type { Answer, ClassifyOptions, PrepareOptions } from './base-classifier.ts'
export type { ClassifierBinaries, ClassifierLoadOptions } from './load-network.ts'

/** Loads tfjs when it is needed. */
const eager: Eager = {
  async handlerOf(address) {
    const { io } = await import('@tensorflow/tfjs-core')
    return io.getLoadHandlers(address)[0]
  },
  async open(artifacts, limits, options, { kernelsError }) {
    const { openLayersNetwork } = await import('./layers-network.ts')
    return openLayersNetwork(artifacts, limits, options, kernelsError)
  },
  async save(artifacts, limits, target, metadata) {
    const { saveArtifacts } = await import('./layers-network.ts')
    return saveArtifacts(artifacts, limits, target, metadata)
  },
}

/**
 * An image classifier: a network with its class names and preprocessing. The network is compiled, without tfjs if it
 * comes from a file; a network with a layer that cannot be compiled runs layer by layer on tfjs.
 *
 * @example
 * await using classifier = await Classifier.load('model')
 * const [best] = await classifier.classify(await readFile('shirt.png'))
 */
export class Classifier extends BaseClassifier {
  /**
   * Loads a saved model with its stored class names and preprocessing, which `options` override. Any number of
   * classifiers can be loaded, and disposed in any order.
   *
   * @throws TreadleError `MODEL_BAD_METADATA`, `MODEL_NOT_A_CLASSIFIER`, `KERNELS_NOT_LOADED`, and what `loadModel` and
   * `startRuntime` throw
   */
  static async load(source: ModelSource, options: ClassifierLoadOptions = {}): Promise<Classifier> {
    const { network, metadata } = await loadNetwork(source, options, eager)
    return new Classifier(network, metadata, options.binaries)
  }

  /**
   * Creates a classifier from a model with its current weights; create another one after further training. The network
   * is compiled at the first image. The caller still owns the model and disposes it after the classifier.
   * @throws TreadleError `MODEL_BAD_METADATA`, `MODEL_NOT_A_CLASSIFIER`, `MODEL_NOT_A_MODEL`
   */
  static from(model: LayersModel, options: ClassMetadataOptions): Classifier {
    checkModel('Classifier.from', model)
    checkOptions('Classifier.from', options, metadataKinds)
    const metadata = classMetadata(model, options)
    const predictor = createPredictor(model)
    const network: ClassifierNetwork = {
      model,
      get stored() {
        return (model.getUserDefinedMetadata() ?? {}) as Record<string, unknown>
      },
      predictor,
      async save(target, stored) {
        const { saveModel } = await import('./save-model.ts')
        return saveModel(model, target, { metadata: stored })
      },
      dispose: () => predictor.dispose(),
    }
    return new Classifier(network, metadata)
  }
}
