import type { ImageDataset } from '@treadle/core'
import { Classifier, classMetadata } from '@treadle/model'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { mapLayers } from './feature-maps.ts'
import type { Classified, Question } from './protocol.ts'

/** Milliseconds after which a network in training is classified with again with its new weights. */
const FRESH_FOR = 500

/** Answers with a network whose weights may change meanwhile. */
export class LiveClassifier {
  #classifier: Classifier | undefined
  #made = 0

  /** Must be called before the model is disposed, and when its weights are final. */
  reset(): void {
    void this.#classifier?.dispose()
    this.#classifier = undefined
  }

  /** @param training whether the weights change, so that a classifier becomes outdated */
  async classify(
    image: Question,
    model: LayersModel,
    data: Pick<ImageDataset, 'test' | 'classNames' | 'preprocessing'>,
    training: boolean,
  ): Promise<Classified> {
    const { test } = data
    // A classifier keeps the weights with which it was made.
    if (training && performance.now() - this.#made > FRESH_FOR) this.reset()
    if (!this.#classifier) {
      this.#classifier = Classifier.from(model, metadataOf(model, data))
      this.#made = performance.now()
    }
    const classifier = this.#classifier
    const { height, width, channels, scale, offset } = classifier.preprocessing
    const shown = { height, width, channels, scale, offset }
    const layers = mapLayers(model)
    if ('row' in image) {
      const size = test.height * test.width * test.channels
      const images = test.images.subarray(image.row * size, (image.row + 1) * size)
      const [predictions = []] = await classifier.classify({ ...test, images, count: 1 })
      const values = Float32Array.from(images, (value) => value * scale + offset)
      return { predictions, seen: { ...shown, values }, mapLayers: layers }
    }
    const { predictions, input, distance } = await classifier.answer(image)
    return { predictions, distance, seen: { ...shown, values: input }, mapLayers: layers }
  }
}

/** Class names and preprocessing of a loaded model; those of the data if it has none. */
export function metadataOf(
  model: LayersModel,
  { classNames, preprocessing }: Pick<ImageDataset, 'classNames' | 'preprocessing'>,
) {
  const stored = (model.getUserDefinedMetadata() ?? {}) as Parameters<typeof classMetadata>[1]
  return classMetadata(model, { classNames, ...(preprocessing && { preprocessing }), ...stored })
}
