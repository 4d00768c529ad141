import { plainNetwork, stagedClassifier } from './staged-classifier.ts'

export const cnnTiny = stagedClassifier({
  name: 'cnn-tiny',
  description: 'Convolutions, at most 100,000 parameters',
  network: plainNetwork,
  stages: 3,
  depth: 2,
  width: 16,
  dropout: 0,
  epochs: 12,
  batchSize: 64,
  peak: 0.01,
  optimizer: { name: 'muon', convolutions: true },
  augmentation: { flip: 'horizontal' },
})
