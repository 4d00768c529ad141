import { type Preprocessing, TreadleError, checkOptions } from '@treadle/core'
import type { DecoderBinaries } from '@treadle/image'
import type { TestTimeAugmentation } from '@treadle/image/views'
import type { ClassMetadata } from './class-metadata.ts'
import type { ClassifierNetwork } from './classifier-network.ts'
import { imagesOf, inTurn, isImageBatch, openImage, readPixels } from './image/image-input.ts'
import type { ImageBatch, ImageInput } from './image/image-input.ts'
import type { Pixels } from './image/pixels.ts'
import { type Inputs, asFloats, prepared, together } from './image/prepare.ts'
import { Preparer } from './image/preparer.ts'
import { outputActivation } from './probabilities.ts'
import { ranked } from './ranked.ts'
import type { Prediction, RankOptions } from './ranked.ts'
import type { SavedModel } from './save-model.ts'
import type { TrainingStatistics } from './training-statistics/schema.ts'
import type { SaveTarget } from './write-model.ts'

export interface PrepareOptions {
  /** Stops a request, and a list between two of its images. */
  readonly signal?: AbortSignal | undefined
}

/** What `answer` says of an image. */
export interface Answer {
  /** The most probable class first. */
  readonly predictions: readonly Prediction[]
  /** What the network saw: shape [height, width, channels] of `preprocessing`, as `prepare` returns. */
  readonly input: Float32Array
  /**
   * How far the image lies from the training images: 99 % of them have a distance below 1. A network's answer for an
   * image far above 1 says little, even where its probability is high. Undefined for a model without
   * `trainingStatistics`.
   */
  readonly distance: number | undefined
}

export interface ClassifyOptions extends RankOptions, PrepareOptions {
  /** Averages the probabilities over several views of the prepared image: mirrored, moved, or both. */
  readonly testTimeAugmentation?: TestTimeAugmentation | undefined
}

const rankKinds = { topK: 'any' } as const
const classifyKinds = { signal: 'signal', testTimeAugmentation: 'any', ...rankKinds } as const

/** What the classifiers of `@treadle/model` and `@treadle/model/compiled` have in common: all but how they are made. */
export class BaseClassifier {
  readonly classNames: readonly string[]
  readonly preprocessing: Preprocessing
  /** Whether the network's outputs are logits; `classify` applies a softmax to them. */
  readonly fromLogits: boolean
  /** Of the training images, if the model has them. */
  readonly trainingStatistics: TrainingStatistics | undefined
  /** For images of a data set, which are neither inverted nor trimmed. */
  readonly #asTrained: Preprocessing
  readonly #network: ClassifierNetwork
  readonly #activation: 'softmax' | 'linear'
  readonly #preparer: Preparer
  #disposed = false

  protected constructor(network: ClassifierNetwork, metadata: ClassMetadata, binaries?: DecoderBinaries) {
    this.#network = network
    this.#activation = outputActivation(network.model)
    this.fromLogits = this.#activation === 'linear'
    this.classNames = metadata.classNames
    this.preprocessing = metadata.preprocessing
    this.trainingStatistics = metadata.trainingStatistics
    this.#preparer = new Preparer(metadata.preprocessing, binaries)
    this.#asTrained = { ...metadata.preprocessing, invert: false, trim: false }
  }

  /**
   * Classifies an image: all classes with their probabilities, the most probable first; with `topK` only so many.
   *
   * An image is a file of any size as bytes, `Blob`, `File`, `Response` or behind a `URL`, pixels, or an object of the
   * browser that shows an image. It is prepared by `preprocessing`. For a list of images or the
   * images of a data set, the result holds such a list for each. Images of a data set are neither inverted nor trimmed,
   * as in training. A worker, which starts then, decodes and prepares what has more than 2^19 pixels. Its data are copied in
   * parts: leave them as they are until the promise is settled.
   *
   * @throws TreadleError `MODEL_BAD_IMAGE`, `MODEL_READ_FAILED`, for a list with the `index` of the image, `MODEL_BAD_OPTION`,
   * `MODEL_DISPOSED`, `IMAGE_BAD_VIEWS`, `IMAGE_DECODER_UNREADABLE`; the reason of `signal` after an abort
   */
  classify(image: ImageInput, options?: ClassifyOptions): Promise<Prediction[]>
  classify(images: readonly ImageInput[] | ImageBatch, options?: ClassifyOptions): Promise<Prediction[][]>
  async classify(
    input: ImageInput | readonly ImageInput[] | ImageBatch,
    options: ClassifyOptions = {},
  ): Promise<Prediction[] | Prediction[][]> {
    checkOptions('classify', options, classifyKinds)
    const { signal } = options
    signal?.throwIfAborted()
    if (isImageBatch(input)) {
      const inputs = imagesOf(input).map((pixels) => prepared(pixels, this.#asTrained))
      return this.#predict(inputs, options)
    }
    if (isList(input))
      return this.#predict(await inTurn(input, signal, (image) => this.#prepare(image, signal)), options)
    const read = this.#prepare(input, signal)
    const answer = this.#predict([read instanceof Promise ? await read : read], options)
    const predictions = answer instanceof Promise ? await answer : answer
    return predictions[0] as Prediction[]
  }

  /**
   * Classifies an image as `classify` does, and also returns what the network saw and how far that lies from the
   * training images.
   * @throws TreadleError what `classify` throws
   */
  async answer(image: ImageInput, options: ClassifyOptions = {}): Promise<Answer> {
    checkOptions('answer', options, classifyKinds)
    options.signal?.throwIfAborted()
    const input = await this.#prepare(image, options.signal)
    const [predictions] = await this.#predict([input], options)
    let distance: number | undefined
    if (this.trainingStatistics !== undefined) {
      const { inputDistance } = await import('./training-statistics/distance.ts')
      distance = inputDistance(input, this.preprocessing, this.trainingStatistics)
    }
    return { predictions: predictions as Prediction[], input: asFloats(input), distance }
  }

  /**
   * Classifies pixels, or an image that `prepare` has prepared, without a promise and on the calling thread.
   *
   * @param input pixels of any size, or the result of `prepare`: shape [height, width, channels] of `preprocessing`
   * @throws TreadleError `MODEL_BAD_IMAGE`, `MODEL_BAD_OPTION`, `MODEL_DISPOSED`; `MODEL_NOT_SYNCHRONOUS` if the network
   * runs on tfjs, if a `classify` is pending, or before the first `classify` of a classifier by `Classifier.from`
   */
  classifySync(input: Pixels | Float32Array, options: RankOptions = {}): Prediction[] {
    checkOptions('classifySync', options, rankKinds)
    this.#checkAlive()
    const inputs =
      input instanceof Float32Array
        ? this.#checkPrepared(input)
        : prepared(readPixels(input), this.preprocessing)
    const outputs = this.#network.predictor.predictSync(inputs, 1)
    if (outputs) return this.#ranked(outputs, 1, options)[0] as Prediction[]
    throw new TreadleError(
      'MODEL_NOT_SYNCHRONOUS',
      'classifySync: the compiled network is not ready. Await a first `classify` and those that are pending; a network that runs on TensorFlow.js needs `classify`.',
    )
  }

  /**
   * Prepares an image for the network, as `classify` does.
   * @returns shape [height, width, channels] of `preprocessing`, row-major
   * @throws TreadleError `MODEL_BAD_IMAGE`, `MODEL_READ_FAILED`; the reason of `signal` after an abort
   */
  async prepare(image: ImageInput, options: PrepareOptions = {}): Promise<Float32Array> {
    checkOptions('prepare', options, { signal: 'signal' })
    options.signal?.throwIfAborted()
    return asFloats(await this.#prepare(image, options.signal))
  }

  /** Saves the network with its class names, preprocessing and training statistics, for `Classifier.load`. See `saveModel`. */
  async save(target: SaveTarget): Promise<SavedModel> {
    this.#checkAlive()
    const { classNames, preprocessing, trainingStatistics } = this
    return this.#network.save(target, {
      ...this.#network.stored,
      classNames,
      preprocessing,
      ...(trainingStatistics && { trainingStatistics }),
    })
  }

  /** Frees the program and the model, after pending calls, and ends the decoding worker. May be called repeatedly. */
  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    await Promise.all([this.#preparer.dispose(), this.#network.dispose()])
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  /** Without a promise for pixels that are not many, which saves time. */
  #prepare(image: ImageInput, signal: AbortSignal | undefined): Inputs | Promise<Inputs> {
    const opened = openImage(image, { signal })
    return opened instanceof Promise
      ? opened.then((material) => this.#preparer.prepare(material))
      : this.#preparer.prepare(opened)
  }

  /** Without a promise where the predictor answers so, which saves time for single images. */
  #predict(inputs: readonly Inputs[], options: ClassifyOptions): Prediction[][] | Promise<Prediction[][]> {
    this.#checkAlive()
    const count = inputs.length
    if (count === 0) return []
    const { testTimeAugmentation: views } = options
    if (views !== undefined) return this.#predictViews(together(inputs), count, views, options)
    const outputs = this.#network.predictor.predict(together(inputs), count)
    if (outputs instanceof Promise) return outputs.then((values) => this.#ranked(values, count, options))
    return this.#ranked(outputs, count, options)
  }

  async #predictViews(
    inputs: Inputs,
    count: number,
    views: string,
    options: RankOptions,
  ): Promise<Prediction[][]> {
    const { averagedProbabilities } = await import('./test-time-views.ts')
    const { predictor } = this.#network
    const averages = await averagedProbabilities(
      predictor,
      inputs,
      count,
      this.#activation,
      this.preprocessing,
      views,
    )
    return ranked(averages, count, 'softmax', this.classNames, options)
  }

  #ranked(outputs: Float32Array, count: number, options: RankOptions): Prediction[][] {
    return ranked(outputs, count, this.#activation, this.classNames, options)
  }

  #checkPrepared(values: Float32Array): Float32Array {
    const { height, width, channels } = this.preprocessing
    if (values.length === height * width * channels) return values
    throw new TreadleError(
      'MODEL_BAD_IMAGE',
      `classifySync: ${values.length} values are not a prepared image of ${height} × ${width} × ${channels}. Give the result of \`prepare\`, or { data, width, height, channels }.`,
    )
  }

  #checkAlive(): void {
    if (!this.#disposed) return
    throw new TreadleError('MODEL_DISPOSED', 'This classifier was disposed. Load it again.')
  }
}

function isList(input: ImageInput | readonly ImageInput[]): input is readonly ImageInput[] {
  return Array.isArray(input)
}
