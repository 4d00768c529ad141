export {
  activationKinds,
  activationReadsInput,
  conditions,
  convolutionMethods,
  costOf,
  effectsOf,
  gemmFlags,
  mergeKinds,
  instructions,
  pixelScratch,
  poolIndexBytes,
} from './manifest/index.ts'
export type {
  ConvolutionShape,
  Cost,
  Effect,
  InstructionName,
  Operands,
  OperandType,
} from './manifest/index.ts'
export {
  convolutionExtent,
  convolutionGradientExtent,
  convolutionMethod,
  convolutionScratch,
  convolutionSharing,
  convolutionTransformedBytes,
  convolutionWeights,
  convolutionWeightsMethod,
  convolutionWeightsScratch,
  depthwiseInputScratch,
} from './convolution.ts'
export type { ConvolutionSharing, Extent, WeightsLayout } from './convolution.ts'
export {
  borderedBuffer,
  fromPixel,
  hasSides,
  mapOperands,
  NO_BORDER,
  writeBordered,
  writeClearBorder,
  writePlace,
  writeReluBackward,
} from './feature-map.ts'
export type { MapSize, MapView, ProgramWriter, RowsColumns, Sides } from './feature-map.ts'
export {
  convolutionBorder,
  inputGradient,
  windowOperands,
  writeConvolve,
  writeConvolveWeights,
  writeDepthwiseInput,
  writeTransformed,
} from './convolve.ts'
export type { ConvolutionWindow, InputGradient } from './convolve.ts'
export { shardsFor } from './shards.ts'
export { patchInstruction, switchInstruction, writeInstruction } from './record.ts'
export { compileKernels, instantiateKernels, isShared } from './kernels.ts'
export type { Kernels, KernelsBinary, SequenceRunner } from './kernels.ts'
export { PixelPrograms } from './pixel-programs.ts'
export type { AffineMap, PixelShape, PixelStream, Rectangle } from './pixel-programs.ts'
export { referenceProduct, type ReferenceProduct } from './product.ts'
export { createMemory } from './memory.ts'
export type { KernelMemory } from './memory.ts'
export { barrierOf, readySequence, sequenceBytes, setSequence, writeSequence } from './sequence.ts'
export type { Instruction, Phase, Sequence, SequenceSettings } from './sequence.ts'
