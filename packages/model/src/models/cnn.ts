import { plainNetwork, stagedClassifier } from './staged-classifier.ts'

export const cnn = stagedClassifier({
  name: 'cnn',
  description: 'Convolutions, at most 300,000 parameters',
  network: plainNetwork,
  stages: 3,
  depth: 2,
  width: 32,
  dropout: 0.2,
  epochs: 10,
  batchSize: 64,
  peak: 0.01,
})
