import { stagedClassifier } from './staged-classifier.ts'

export const resnet = stagedClassifier({
  name: 'resnet',
  description: 'Residual blocks, at most 1,000,000 parameters',
  network: async () => (await import('../networks/residual-network.ts')).residualNetwork,
  stages: 3,
  depth: 2,
  width: 32,
  dropout: 0.2,
  epochs: 12,
  batchSize: 64,
  peak: 0.01,
})
