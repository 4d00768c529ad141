import { TreadleError, checkOptions } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Runtime } from '@treadle/runtime'
import { classMetadata } from './class-metadata.ts'
import type { ClassMetadata, ClassMetadataOptions } from './class-metadata.ts'
import { holdBackend } from './hold-backend.ts'
import { imagesOf, isImageBatch, readImage } from './image/image-input.ts'
import type { ImageBatch, ImageInput } from './image/image-input.ts'
import type { CheckedPixels } from './image/pixels.ts'
import { prepareBytes, prepareImage } from './image/prepare.ts'
import { joined } from './joined.ts'
import { loadModel } from './load-model.ts'
import { limitNames, type ModelLimits } from './model-limits.ts'
import { createPredictor } from './predictor.ts'
import type { Predictor } from './predictor.ts'
import type { Preprocessing } from './preprocessing.ts'
import { outputActivation, toProbabilities } from './probabilities.ts'
import type { ModelSource } from './read-artifacts.ts'
import { saveModel } from './save-model.ts'
import type { SavedModel } from './save-model.ts'
import type { SaveTarget } from './write-model.ts'

export interface Prediction {
  readonly className: string
  /** In [0, 1]. The probabilities of one image sum to 1. */
  readonly probability: number
}

export interface ClassifierLoadOptions extends ClassMetadataOptions, ModelLimits {
  /** Default: the active runtime, else the active tfjs backend, else a new runtime that ends with `dispose`. */
  readonly runtime?: Runtime | undefined
  /** Stops a download. */
  readonly signal?: AbortSignal | undefined
}

const loadOptionNames: readonly string[] = ['classNames', 'preprocessing', 'runtime', 'signal', ...limitNames]

/**
 * An image classifier: a network with its class names and preprocessing. The network is compiled at the first image; a
 * network with a layer that cannot be compiled runs layer by layer on tfjs.
 *
 * @example
 * const classifier = await Classifier.load('model')
 * const [best] = await classifier.classify(await readFile('shirt.png'))
 * await classifier.dispose()
 */
export class Classifier {
  readonly classNames: readonly string[]
  readonly preprocessing: Preprocessing
  /** Whether the network's outputs are logits; `classify` applies a softmax to them. */
  readonly fromLogits: boolean
  /** For images of a data set, which are neither inverted nor trimmed. */
  readonly #asTrained: Preprocessing
  readonly #model: LayersModel
  readonly #predictor: Predictor
  readonly #activation: 'softmax' | 'linear'
  readonly #release: () => Promise<void>
  #disposed = false

  private constructor(model: LayersModel, metadata: ClassMetadata, release: () => Promise<void>) {
    this.#model = model
    this.#activation = outputActivation(model)
    this.fromLogits = this.#activation === 'linear'
    this.#predictor = createPredictor(model)
    this.classNames = metadata.classNames
    this.preprocessing = metadata.preprocessing
    this.#asTrained = { ...metadata.preprocessing, invert: false, trim: false }
    this.#release = release
  }

  /**
   * Loads a saved model with its stored class names and preprocessing, which `options` override. `dispose` frees the
   * model and a runtime that was started for it.
   *
   * @throws TreadleError `MODEL_BAD_METADATA`, `MODEL_NOT_A_CLASSIFIER`, and what `loadModel` throws
   */
  static async load(source: ModelSource, options: ClassifierLoadOptions = {}): Promise<Classifier> {
    checkOptions('Classifier.load', options, loadOptionNames)
    const { classNames, preprocessing, runtime: given, ...ofModel } = options
    const runtime = await holdBackend(given)
    let model: LayersModel | undefined
    const release = async () => {
      model?.dispose()
      await runtime?.dispose()
    }
    try {
      model = await loadModel(source, ofModel)
      const stored = (model.getUserDefinedMetadata() ?? {}) as ClassMetadataOptions
      const metadata = classMetadata(model, {
        classNames: classNames ?? stored.classNames,
        preprocessing: preprocessing ?? stored.preprocessing,
      })
      return new Classifier(model, metadata, release)
    } catch (error) {
      await release()
      throw error
    }
  }

  /**
   * Creates a classifier from a model with its current weights; create another one after further training. The caller
   * still owns the model and disposes it after the classifier.
   * @throws TreadleError `MODEL_BAD_METADATA`, `MODEL_NOT_A_CLASSIFIER`
   */
  static from(model: LayersModel, options: ClassMetadataOptions): Classifier {
    return new Classifier(model, classMetadata(model, options), async () => {})
  }

  /**
   * Classifies an image: all classes with their probabilities, the most probable first.
   *
   * An image is the bytes of a PNG of any size, or pixels, and is prepared by `preprocessing`. For a list of images or the
   * images of a data set, the result holds such a list for each. Images of a data set are neither inverted nor trimmed,
   * as in training.
   *
   * @throws TreadleError `MODEL_BAD_IMAGE`, `MODEL_DISPOSED`
   */
  classify(image: ImageInput): Promise<Prediction[]>
  classify(images: readonly ImageInput[] | ImageBatch): Promise<Prediction[][]>
  async classify(
    input: ImageInput | readonly ImageInput[] | ImageBatch,
  ): Promise<Prediction[] | Prediction[][]> {
    if (isImageBatch(input)) return this.#predict(imagesOf(input), this.#asTrained)
    const many = Array.isArray(input)
    const pixels: CheckedPixels[] = []
    for (const image of (many ? input : [input]) as ImageInput[]) {
      const read = readImage(image)
      pixels.push(read instanceof Promise ? await read : read)
    }
    const answer = this.#predict(pixels, this.preprocessing)
    const predictions = answer instanceof Promise ? await answer : answer
    return many ? predictions : (predictions[0] as Prediction[])
  }

  /**
   * Prepares an image for the network, as `classify` does.
   * @returns shape [height, width, channels] of `preprocessing`, row-major
   * @throws TreadleError `MODEL_BAD_IMAGE`
   */
  async prepare(image: ImageInput): Promise<Float32Array> {
    return prepareImage(await readImage(image), this.preprocessing)
  }

  /** Saves the network with its class names and preprocessing, for `Classifier.load`. See `saveModel`. */
  save(target: SaveTarget): Promise<SavedModel> {
    this.#checkAlive()
    const { classNames, preprocessing } = this
    const carried = (this.#model.getUserDefinedMetadata() ?? {}) as Record<string, unknown>
    return saveModel(this.#model, target, { metadata: { ...carried, classNames, preprocessing } })
  }

  /** Frees the program, the model and a runtime that `load` started, after pending calls. May be called repeatedly. */
  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    await this.#predictor.dispose()
    await this.#release()
  }

  /** Without a promise where the predictor answers so, which saves time for single images. */
  #predict(
    images: readonly CheckedPixels[],
    preprocessing: Preprocessing,
  ): Prediction[][] | Promise<Prediction[][]> {
    this.#checkAlive()
    const count = images.length
    if (count === 0) return []
    const outputs = this.#predictor.predict(networkInputs(images, preprocessing), count)
    if (outputs instanceof Promise) return outputs.then((values) => this.#ranked(values, count))
    return this.#ranked(outputs, count)
  }

  #ranked(outputs: Float32Array, count: number): Prediction[][] {
    const { classNames } = this
    const size = classNames.length
    const ranked: Prediction[][] = []
    for (let row = 0; row < count; row++) {
      const probabilities = toProbabilities(outputs, this.#activation, row * size, size)
      ranked.push(rank(probabilities, classNames))
    }
    return ranked
  }

  #checkAlive(): void {
    if (!this.#disposed) return
    throw new TreadleError('MODEL_DISPOSED', 'This classifier was disposed. Load it again.')
  }
}

/** The most probable first. For few classes, `sort` takes several times as long. */
function rank(probabilities: readonly number[], classNames: readonly string[]): Prediction[] {
  const predictions: Prediction[] = []
  for (let label = 0; label < probabilities.length; label++) {
    const probability = probabilities[label] as number
    let place = label
    for (; place > 0 && predictions[place - 1]!.probability < probability; place--)
      predictions[place] = predictions[place - 1]!
    predictions[place] = { className: classNames[label] as string, probability }
  }
  return predictions
}

/** The network's inputs for a list of images; as bytes where all images allow it. */
function networkInputs(
  images: readonly CheckedPixels[],
  preprocessing: Preprocessing,
): Uint8Array | Float32Array {
  const [only] = images
  if (only && images.length === 1)
    return prepareBytes(only, preprocessing) ?? prepareImage(only, preprocessing)
  const bytes = images.map((pixels) => prepareBytes(pixels, preprocessing))
  if (bytes.every((one) => one !== undefined)) return joined(bytes, Uint8Array)
  const floats = images.map((pixels) => prepareImage(pixels, preprocessing))
  return joined(floats, Float32Array)
}
