import type { AugmentationConfig } from '@treadle/keras'
import type { LayerRule } from '../network.ts'
import { ViewOperator } from '../operators/view.ts'
import type { Value } from '../value.ts'

/** Passes images on: who trains augments them before they come to the program. */
export const augmentation: LayerRule<AugmentationConfig> = {
  kind: 'Augmentation',
  build({ name }, [input], network) {
    const value = input as Value
    return network.add(new ViewOperator(name, value, value.shape, value.layout))
  },
}
