import cnnTiny from '../models/cnn-tiny/card.json' with { type: 'json' }
import wideAndDeep from '../models/wide-and-deep/card.json' with { type: 'json' }
import type { ModelCard } from './card.ts'

interface PretrainedModel {
  readonly card: ModelCard
  /** Reads model.json. */
  readonly network: () => Promise<{ readonly default: object }>
  /** Finds weights.bin, from src/ and dist/. Bundlers copy a file only where its address is a literal of this form. */
  readonly weights: () => URL
}

/** All models, each with its folder in models/. */
export const models: readonly PretrainedModel[] = [
  {
    card: wideAndDeep as ModelCard,
    network: () => import('../models/wide-and-deep/network.ts'),
    weights: () => new URL('../models/wide-and-deep/weights.bin', import.meta.url),
  },
  {
    card: cnnTiny as ModelCard,
    network: () => import('../models/cnn-tiny/network.ts'),
    weights: () => new URL('../models/cnn-tiny/weights.bin', import.meta.url),
  },
]

/** The cards of all models that `loadPretrained` loads. */
export const pretrainedModels: readonly ModelCard[] = models.map(({ card }) => card)
