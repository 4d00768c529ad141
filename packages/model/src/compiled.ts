import { TreadleError } from '@treadle/core'
import { BaseClassifier } from './base-classifier.ts'
import { loadNetwork, type ClassifierLoadOptions, type Eager } from './load-network.ts'
import type { ModelSource } from './read-artifacts.ts'

export type { Answer, ClassifyOptions, PrepareOptions } from './base-classifier.ts'
export type { ClassMetadataOptions } from './class-metadata.ts'
export type { ImageBatch, ImageInput } from './image/image-input.ts'
export type { Pixels } from './image/pixels.ts'
export type { ClassifierBinaries, ClassifierLoadOptions } from './load-network.ts'
export type { Prediction, RankOptions } from './ranked.ts'
export type { ModelSource } from './read-artifacts.ts'

const withoutTfjs: Eager = {
  handlerOf: async () => undefined,
  async open({ location }, _limits, _options, { reason, kernelsError }) {
    throw kernelsError ?? needsTfjs(`Loading the model ${location}: ${reason}`)
  },
  async save({ location }) {
    throw needsTfjs(`Saving the model ${location}: TensorFlow.js writes the files`)
  },
}

/**
 * The image classifier of `@treadle/model/classifier` for networks whose layers all compile. It contains no tfjs, so that
 * a bundle in one file is small. It has no `from`, and `save` throws.
 *
 * @example
 * const classifier = await Classifier.load('model/model.json')
 * const [best] = await classifier.classify(file)
 */
export class Classifier extends BaseClassifier {
  /**
   * Loads a saved model with its stored class names and preprocessing, which `options` override. Any number of
   * classifiers can be loaded, and disposed in any order.
   *
   * @throws TreadleError `MODEL_NEEDS_TENSORFLOW` for a network that does not compile, naming the layer;
   * `MODEL_BAD_METADATA`, `MODEL_NOT_A_CLASSIFIER`, `KERNELS_NOT_LOADED`, and what `loadModel` throws for its files
   */
  static async load(source: ModelSource, options: ClassifierLoadOptions = {}): Promise<Classifier> {
    const { network, metadata } = await loadNetwork(source, options, withoutTfjs)
    return new Classifier(network, metadata, options.binaries)
  }
}

function needsTfjs(text: string): TreadleError {
  return new TreadleError(
    'MODEL_NEEDS_TENSORFLOW',
    `${text}. Import \`Classifier\` from @treadle/model/classifier, which uses TensorFlow.js.`,
  )
}
