export { run, runInstruction } from './sequencer'
export { meet, poison, sleep } from './barrier'

// Exported so that the optimiser leaves each a function of its own, which V8 can compile while others run.
export { gemm, gemmOverRows, gemmTransposed, transpose } from './gemm'
export { strip2x16, strip1x16, strip4x8, strip1x8, strip4x4, strip1x4 } from './tile'
export { gatherBytes, gatherFloats, relayout, scatterRows } from './gather'
export { batchGradients, batchStatistics, normalize, normalizeBackward, scaleShift } from './batch-norm'
export { applyMask, drawMask } from './dropout'
export { activate, activateBackward, softmax, softmaxBackward } from './activation'
export { add, sumColumns } from './elementwise'
export {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  finishLoss,
  sparseCrossEntropy,
  squaredError,
} from './loss'
export { adam, clipGradient, joinGradient, penalty, sgd } from './update'
