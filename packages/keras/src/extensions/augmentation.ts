import { clone, serialization, type Tensor } from '@tensorflow/tfjs-core'
import { TreadleError } from '@treadle/core'
import { augmentationLayers } from '../layers/augmentation.ts'
import { OneInputLayer, type LayerArgs, type LayerShape } from './base-layer.ts'
import type { Registrable } from './register.ts'

/** An augmentation layer: passes images on unchanged, as in Keras outside training. Training with it is refused. */
function augmentation(className: string): Registrable {
  return class extends OneInputLayer {
    static className = className
    readonly #fields: serialization.ConfigDict

    constructor(args: LayerArgs & serialization.ConfigDict) {
      super(args)
      this.#fields = args
    }

    override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape | LayerShape[] {
      return shape
    }

    override call(inputs: Tensor | Tensor[], options?: { training?: boolean }): Tensor {
      if (options?.training === true) {
        throw new TreadleError(
          'KERAS_NOT_TRAINABLE',
          `layer \`${this.name}\` (${className}) is supported for predictions only. Train the model without it.`,
        )
      }
      return super.call(inputs)
    }

    protected override run(x: Tensor): Tensor {
      return clone(x)
    }

    override getConfig(): serialization.ConfigDict {
      return { ...this.#fields, ...super.getConfig() }
    }
  }
}

export const augmentations: readonly Registrable[] = augmentationLayers.map(augmentation)
