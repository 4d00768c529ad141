/** Keras's layers that change images at random in training and pass them on unchanged otherwise. */
export const augmentationLayers: readonly string[] = [
  'RandomBrightness',
  'RandomContrast',
  'RandomFlip',
  'RandomRotation',
  'RandomTranslation',
  'RandomZoom',
]
