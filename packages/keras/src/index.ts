export { layersOf, type Fail, type Json, type SavedLayer } from './dialects/json.ts'
export { checkKeptFields } from './dialects/kept-fields.ts'
export { provideExtensions } from './dialects/provide-extensions.ts'
export { readTopology } from './dialects/read-topology.ts'
export type { Origin, SavedNetwork } from './dialects/saved-network.ts'
export { toTfjs } from './dialects/to-tfjs.ts'
export { readFileModel, type FileWeightValues } from './file-model/read-file-model.ts'
export { checkModel } from './graph/check-model.ts'
export { dropoutLayers } from './graph/dropout-streams.ts'
export type { Graph, LayerNode, Shape, ValueRef } from './graph/graph.ts'
export { flatLayers, isModel, type Layer } from './graph/layer.ts'
export { readGraph } from './graph/read-graph.ts'
export { freeRecurrentMasks } from './graph/recurrent-masks.ts'
export { activationOf, outputActivation, outputNode } from './heads/final-activation.ts'
export {
  finalActivation,
  finalActivations,
  headActivation,
  type Head,
  type HeadActivation,
  type CustomLoss,
} from './heads/head.ts'
export { DOT_EPSILON, type DotConfig } from './layers/dot.ts'
export type { ActivationConfig } from './layers/activation.ts'
export type { AddConfig } from './layers/add.ts'
export type { BatchNormalizationConfig } from './layers/batch-normalization.ts'
export type { ConcatenateConfig } from './layers/concatenate.ts'
export type {
  ConvolutionConfig,
  DepthwiseConvolutionConfig,
  SeparableConvolutionConfig,
  TransposedConvolutionConfig,
} from './layers/convolution.ts'
export type { DenseConfig } from './layers/dense.ts'
export type { NormalizationConfig } from './layers/normalization.ts'
export type { DropoutConfig } from './layers/dropout.ts'
export type { AlphaDropoutConfig, NoiseConfig } from './layers/noise.ts'
export type { AugmentationConfig } from './layers/augmentation.ts'
export type { Fields } from './layers/fields.ts'
export type { FlattenConfig } from './layers/flatten.ts'
export type { ConfigOf, LayerConfig, LayerKind } from './layers/index.ts'
export type { InputConfig } from './layers/input.ts'
export type { LayerNormalizationConfig } from './layers/layer-normalization.ts'
export type { MergeConfig } from './layers/merge.ts'
export type { OtherConfig } from './layers/other.ts'
export type { PermuteConfig, RepeatVectorConfig } from './layers/permute.ts'
export type { CroppingConfig, UpSamplingConfig, ZeroPaddingConfig } from './layers/placement.ts'
export type { GlobalPoolingConfig, PoolingConfig } from './layers/pooling.ts'
export type { ELUConfig } from './layers/elu.ts'
export type { LeakyReLUConfig } from './layers/leaky-re-lu.ts'
export type { PReLUConfig } from './layers/p-re-lu.ts'
export type { ReLUConfig } from './layers/re-lu.ts'
export type { ThresholdedReLUConfig } from './layers/thresholded-re-lu.ts'
export type { RescalingConfig } from './layers/rescaling.ts'
export type { ReshapeConfig } from './layers/reshape.ts'
export type { SoftmaxConfig } from './layers/softmax.ts'
export type { Padding, Pair } from './layers/windows.ts'
export { findLoss, losses, type LossDescription, type LossName } from './losses/index.ts'
export { orderCalls, readOutput, type CallOutput, type LayerCall } from './topology/order-calls.ts'
export type { Constraint, Projection } from './weights/constraints.ts'
export { correctConfigs } from './graph/corrected-config.ts'
export { findWeight } from './weights/find-weight.ts'
export { regularizersOf, type Regularizer } from './weights/regularizers.ts'
