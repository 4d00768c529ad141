import type { serialization } from '@tensorflow/tfjs-core'
import type { LayerArgs } from './base-layer.ts'
import { TrainerOnlyLayer } from './trainer-only-layer.ts'

export interface SpatialDropout2DArgs {
  /** Probability that a channel is dropped, in [0, 1). */
  readonly rate: number
  readonly dataFormat?: 'channelsFirst' | 'channelsLast'
}

/** Drops whole channels of images. The executors of @treadle/trainer draw repeatable masks for it. */
export class SpatialDropout2D extends TrainerOnlyLayer {
  static className = 'SpatialDropout2D'
  readonly #args: SpatialDropout2DArgs

  constructor(args: SpatialDropout2DArgs & LayerArgs) {
    super(args)
    this.#args = { rate: args.rate, dataFormat: args.dataFormat ?? 'channelsLast' }
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#args }
  }
}
