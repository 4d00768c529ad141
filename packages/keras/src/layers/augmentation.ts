import type { Fields } from './fields.ts'

/** A layer that changes images at random in training and passes them on unchanged otherwise. */
export interface AugmentationConfig {
  readonly kind: 'Augmentation'
  readonly fields: Fields
}

export function readAugmentation(fields: Fields): AugmentationConfig {
  return { kind: 'Augmentation', fields }
}

/** The classes of these layers. */
export const augmentationLayers: readonly string[] = [
  'RandomBrightness',
  'RandomContrast',
  'RandomFlip',
  'RandomRotation',
  'RandomTranslation',
  'RandomZoom',
]
