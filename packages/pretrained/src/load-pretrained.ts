import type { ClassMetadata } from '@treadle/model'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ModelCard } from './card.ts'
import { readModel, type PretrainedOptions } from './pretrained-files.ts'

export interface Pretrained {
  /** The caller owns the model and disposes it. */
  readonly model: LayersModel
  /** Class names and preprocessing, for `Classifier.from(model, metadata)`. */
  readonly metadata: ClassMetadata
  readonly card: ModelCard
}

/**
 * Loads a trained model of this package. It needs a backend of tfjs, as `loadModel` does.
 *
 * @param name the name of one of `pretrainedModels`
 * @throws TreadleError `PRETRAINED_UNKNOWN_MODEL`, and what `loadModel` throws
 * @example
 * const { model, metadata, card } = await loadPretrained('wide-and-deep')
 * const classifier = Classifier.from(model, metadata)
 */
export async function loadPretrained(name: string, options: PretrainedOptions = {}): Promise<Pretrained> {
  const { card, files } = await readModel('loadPretrained', name, options)
  // Late: with `pretrainedFiles` and `Classifier.load` a program does not load tfjs.
  const { loadModel } = await import('@treadle/model')
  const model = await loadModel(files, { signal: options.signal })
  return { model, card, metadata: model.getUserDefinedMetadata() as unknown as ClassMetadata }
}
