import { clone, type Tensor } from '@tensorflow/tfjs-core'
import { TreadleError } from '@treadle/core'
import { OneInputLayer, type LayerShape } from './base-layer.ts'

/**
 * A layer that changes its input at random in training, which `fit` of `@treadle/trainer` does in its place, and passes it
 * on otherwise. tfjs's own `fit`, which calls the layer, is refused.
 */
export abstract class TrainerOnlyLayer extends OneInputLayer {
  override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape | LayerShape[] {
    return shape
  }

  override call(inputs: Tensor | Tensor[], options?: { training?: boolean }): Tensor {
    if (options?.training === true) {
      throw new TreadleError(
        'KERAS_NOT_TRAINABLE',
        `layer \`${this.name}\` (${this.getClassName()}) trains with \`fit\` of @treadle/trainer, not with \`model.fit\` of TensorFlow.js.`,
      )
    }
    return super.call(inputs)
  }

  protected override run(x: Tensor): Tensor {
    return clone(x)
  }
}
