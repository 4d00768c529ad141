import { plainNetwork, stagedClassifier } from './staged-classifier.ts'

/** Half of the rows and columns from the first convolution on: at 28 × 28 pixels 0.62 of the multiplications of cnn-tiny. */
export const cnnFast = stagedClassifier({
  name: 'cnn-fast',
  description: 'Convolutions at half the resolution, for short trainings',
  network: plainNetwork,
  stages: 2,
  stemStrides: 2,
  depth: 2,
  width: 32,
  dropout: 0,
  epochs: 4,
  batchSize: 64,
  peak: 0.01,
  training: { whitening: 0.0005 },
  optimizer: { name: 'muon', convolutions: true },
  augmentation: { flip: 'horizontal' },
})
