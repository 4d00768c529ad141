import type { serialization } from '@tensorflow/tfjs-core'
import { augmentationLayers } from '../layers/augmentation.ts'
import type { Registrable } from './register.ts'
import { TrainerOnlyLayer } from './trainer-only-layer.ts'

/** From −f to f for a number f, or both bounds. */
type Factor = number | readonly [number, number]

interface Resampling {
  /** The default is 'reflect', the only one that training takes. */
  readonly fillMode?: string
  /** The default is 'bilinear', the only one that training takes. */
  readonly interpolation?: string
}

interface ValueRange {
  /** The smallest and the largest value of the images at this place; the default is [0, 255]. `fit` scales bytes to [0, 1]. */
  readonly valueRange?: readonly [number, number]
}

export interface RandomFlipArgs {
  /** The default is 'horizontal_and_vertical'. */
  readonly mode?: 'horizontal' | 'vertical' | 'horizontal_and_vertical'
}

/** `factor`: of a full turn. */
export interface RandomRotationArgs extends Resampling {
  readonly factor: Factor
}

/** `heightFactor`: of height and width alike, if `widthFactor` is absent. */
export interface RandomZoomArgs extends Resampling {
  readonly heightFactor: Factor
  readonly widthFactor?: Factor | null
}

/** Parts of height and width. */
export interface RandomTranslationArgs extends Resampling {
  readonly heightFactor: Factor
  readonly widthFactor: Factor
}

/** `factor` f: the contrast is multiplied by 1 − f to 1 + f. */
export interface RandomContrastArgs extends ValueRange {
  readonly factor: Factor
}

/** `factor`: of the range of values. */
export interface RandomBrightnessArgs extends ValueRange {
  readonly factor: Factor
}

/** The class of a layer of Keras that augments images. */
function augmentation(className: string): Registrable & (new (args: object) => TrainerOnlyLayer) {
  return class extends TrainerOnlyLayer {
    static className = className
    readonly #fields: serialization.ConfigDict

    constructor(args: object) {
      super(args)
      this.#fields = args as serialization.ConfigDict
    }

    override getConfig(): serialization.ConfigDict {
      return { ...this.#fields, ...super.getConfig() }
    }
  }
}

export const augmentations = new Map(augmentationLayers.map((name) => [name, augmentation(name)]))
