import { plainNetwork, stagedClassifier } from './staged-classifier.ts'

export const photoSmall = stagedClassifier({
  name: 'photo-small',
  description: 'Convolutions for about 64 × 64 pixels',
  network: plainNetwork,
  stages: 4,
  depth: 2,
  width: 16,
  dropout: 0.3,
  epochs: 30,
  batchSize: 32,
  peak: 0.005,
  augmentation: { flip: 'horizontal', shift: 4 },
})
