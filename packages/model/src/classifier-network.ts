import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Predictor } from './predictor.ts'
import type { SavedModel } from './save-model.ts'
import type { SaveTarget } from './write-model.ts'

/** The network of a classifier. */
export interface ClassifierNetwork {
  /** The layers model, or the members of one that `readGraph` takes. */
  readonly model: LayersModel
  /** The metadata that is stored with the model. */
  readonly stored: Readonly<Record<string, unknown>>
  readonly predictor: Predictor
  save(target: SaveTarget, metadata: Readonly<Record<string, unknown>>): Promise<SavedModel>
  dispose(): Promise<void>
}
