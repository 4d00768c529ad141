import * as z from 'zod/mini'

/*
 * What the fields of a saved layer may hold. A field that several classes share has one rule in `shared`; `ofClass`
 * holds the rules of fields that mean something else in one class. A class that is not in `ofClass` is a user's own.
 * Sources: the configurations of tfjs-layers 4.22 and of Keras 3.15.
 */

type Rule = z.core.$ZodType
type Rules = Readonly<Record<string, Rule>>

/** What tfjs and WASM can count: an int32. */
const MAX_SIZE = 2 ** 31 - 1

const size = z.int().check(z.gte(1), z.lte(MAX_SIZE))
const count = z.int().check(z.gte(0), z.lte(MAX_SIZE))
const number = z.number()
const notNegative = z.number().check(z.gte(0))
const fraction = z.number().check(z.gte(0), z.lte(1))
const flag = z.boolean()
const text = z.string()
const axis = z.int().check(z.gte(-8), z.lte(8))
const listOf = (rule: Rule, length = 8) => z.array(rule).check(z.maxLength(length))
const exactly = (rule: Rule, length: number) => z.array(rule).check(z.length(length))
const oneOrMore = (rule: Rule) => z.union([rule, listOf(rule)])

/** A size for each of `rank` axes, or one for all. */
const sizes = (rank: number | undefined) =>
  rank === undefined ? oneOrMore(size) : z.union([size, exactly(size, rank)])

/** [before, after] for two axes, or one number for both sides of an axis, or of both. */
const margins = z.union([count, exactly(z.union([count, exactly(count, 2)]), 2)])

/** The batch dimension counts; a larger fixed batch would make a small file reserve much memory. */
const MAX_BATCH = 4096
const batchShape = z.array(z.nullable(size)).check(
  z.maxLength(8),
  z.refine(
    ([batch]) => batch == null || batch <= MAX_BATCH,
    `must have a batch dimension of at most ${MAX_BATCH}.`,
  ),
)

/** A class with settings: an initializer, a regularizer, a constraint. */
const described = (settings: Rules) =>
  z.union([
    text,
    z.object({ class_name: text, config: z.optional(z.nullable(z.object(optional(settings)))) }),
  ])

const initializer = described({
  mean: number,
  stddev: notNegative,
  minval: number,
  maxval: number,
  scale: z.number().check(z.gt(0)),
  mode: z.enum(['fan_in', 'fan_out', 'fan_avg']),
  distribution: z.enum(['normal', 'uniform', 'truncated_normal', 'untruncated_normal']),
  gain: number,
  value: number,
})
const regularizer = described({ l1: notNegative, l2: notNegative, factor: notNegative })
const constraint = described({
  max_value: notNegative,
  min_value: notNegative,
  rate: fraction,
  axis: oneOrMore(axis),
})
const activation = z.union([text, z.looseObject({ class_name: text })])

type Numbers = number | readonly Numbers[]
const numbers: z.ZodMiniType<Numbers> = z.lazy(() => z.union([number, z.array(numbers)]))

/** Types that tfjs has, and floats of other widths, which are computed as float32. */
const dtypes = [
  'float32',
  'int32',
  'bool',
  'float16',
  'bfloat16',
  'float64',
  'mixed_float16',
  'mixed_bfloat16',
]

const shared: Rules = {
  name: text.check(z.minLength(1)),
  trainable: flag,
  dtype: z.union([z.enum(dtypes), z.looseObject({})]),
  batch_input_shape: batchShape,
  input_shape: listOf(z.nullable(size)),
  sparse: flag,
  ragged: flag,
  activation,
  recurrent_activation: activation,
  use_bias: flag,
  kernel_initializer: initializer,
  bias_initializer: initializer,
  recurrent_initializer: initializer,
  depthwise_initializer: initializer,
  pointwise_initializer: initializer,
  embeddings_initializer: initializer,
  alpha_initializer: initializer,
  beta_initializer: initializer,
  gamma_initializer: initializer,
  moving_mean_initializer: initializer,
  moving_variance_initializer: initializer,
  kernel_regularizer: regularizer,
  bias_regularizer: regularizer,
  recurrent_regularizer: regularizer,
  depthwise_regularizer: regularizer,
  pointwise_regularizer: regularizer,
  embeddings_regularizer: regularizer,
  alpha_regularizer: regularizer,
  beta_regularizer: regularizer,
  gamma_regularizer: regularizer,
  activity_regularizer: regularizer,
  kernel_constraint: constraint,
  bias_constraint: constraint,
  recurrent_constraint: constraint,
  depthwise_constraint: constraint,
  pointwise_constraint: constraint,
  embeddings_constraint: constraint,
  alpha_constraint: constraint,
  beta_constraint: constraint,
  gamma_constraint: constraint,
  data_format: z.enum(['channels_last', 'channels_first']),
  padding: z.enum(['valid', 'same', 'causal']),
  groups: size,
  keepdims: flag,
  seed: z.union([number, z.looseObject({})]),
}

const none: Rules = {}
const rate: Rules = { rate: fraction }
const pooling = (rank: number): Rules => ({ pool_size: sizes(rank), strides: sizes(rank) })
const convolution = (rank: number): Rules => ({
  rank: z.literal(rank),
  filters: size,
  kernel_size: sizes(rank),
  strides: sizes(rank),
  dilation_rate: sizes(rank),
  depth_multiplier: size,
  output_padding: z.union([count, exactly(count, rank)]),
})
const inner = z.looseObject({ class_name: text, config: z.looseObject({}) })
const recurrent: Rules = {
  units: size,
  dropout: fraction,
  recurrent_dropout: fraction,
  implementation: count,
  reset_after: flag,
  unit_forget_bias: flag,
  return_sequences: flag,
  return_state: flag,
  go_backwards: flag,
  stateful: flag,
  unroll: flag,
  time_major: flag,
  num_constants: count,
}
const convolutionalRecurrent: Rules = { ...recurrent, ...convolution(2) }
const interpolation = z.enum([
  'nearest',
  'bilinear',
  'bicubic',
  'area',
  'lanczos3',
  'lanczos5',
  'gaussian',
  'mitchellcubic',
])
const factor = z.union([number, exactly(number, 2)])
const augmentation: Rules = {
  factor,
  height_factor: factor,
  width_factor: factor,
  value_range: exactly(number, 2),
  mode: text,
  fill_mode: text,
  fill_value: number,
  interpolation,
}

const ofClass: Readonly<Record<string, Rules>> = {
  Activation: none,
  Add: none,
  AlphaDropout: { ...rate, noise_shape: listOf(z.nullable(size)) },
  Average: none,
  AveragePooling1D: pooling(1),
  AveragePooling2D: { ...pooling(2), padding_counts: flag },
  AveragePooling3D: pooling(3),
  BatchNormalization: {
    axis: z.union([axis, exactly(axis, 1)]),
    momentum: fraction,
    epsilon: notNegative,
    center: flag,
    scale: flag,
  },
  Bidirectional: {
    layer: inner,
    backward_layer: inner,
    merge_mode: z.enum(['sum', 'mul', 'concat', 'ave']),
    num_constants: count,
  },
  CategoryEncoding: { num_tokens: size, output_mode: z.enum(['one_hot', 'multi_hot', 'count', 'int']) },
  CenterCrop: { height: size, width: size },
  Concatenate: { axis },
  Conv1D: convolution(1),
  Conv2D: convolution(2),
  Conv2DTranspose: convolution(2),
  Conv3D: convolution(3),
  Conv3DTranspose: convolution(3),
  ConvLSTM2D: convolutionalRecurrent,
  ConvLSTM2DCell: convolutionalRecurrent,
  Cropping2D: { cropping: margins },
  Dense: { units: size },
  DepthwiseConv2D: convolution(2),
  Dot: { axes: oneOrMore(axis), normalize: flag },
  Dropout: { ...rate, noise_shape: listOf(z.nullable(size)) },
  ELU: { alpha: number },
  Embedding: {
    input_dim: size,
    output_dim: size,
    mask_zero: flag,
    input_length: oneOrMore(z.nullable(size)),
  },
  Flatten: none,
  GRU: recurrent,
  GRUCell: recurrent,
  GaussianDropout: rate,
  GaussianNoise: { stddev: notNegative },
  GlobalAveragePooling1D: none,
  GlobalAveragePooling2D: none,
  GlobalMaxPooling1D: none,
  GlobalMaxPooling2D: none,
  InputLayer: none,
  LSTM: recurrent,
  LSTMCell: recurrent,
  LayerNormalization: { axis: oneOrMore(axis), epsilon: notNegative, center: flag, scale: flag },
  LeakyReLU: { alpha: number, negative_slope: number },
  Masking: { mask_value: number },
  MaxPooling1D: pooling(1),
  MaxPooling2D: pooling(2),
  MaxPooling3D: pooling(3),
  Maximum: none,
  Minimum: none,
  Multiply: none,
  Normalization: { axis: oneOrMore(axis), mean: numbers, variance: numbers, invert: flag },
  PReLU: { shared_axes: oneOrMore(axis) },
  Permute: { dims: listOf(size) },
  RNN: { ...recurrent, cell: inner },
  RandomBrightness: augmentation,
  RandomContrast: augmentation,
  RandomFlip: augmentation,
  RandomHeight: { ...augmentation, auto_vectorize: flag },
  RandomRotation: augmentation,
  RandomTranslation: augmentation,
  RandomWidth: { ...augmentation, auto_vectorize: flag },
  RandomZoom: augmentation,
  ReLU: { max_value: notNegative, negative_slope: number, threshold: number },
  RepeatVector: { n: size },
  Rescaling: { scale: oneOrMore(number), offset: oneOrMore(number) },
  Reshape: { target_shape: listOf(z.union([size, z.literal(-1)])) },
  Resizing: { height: size, width: size, interpolation, crop_to_aspect_ratio: flag },
  SeparableConv1D: convolution(1),
  SeparableConv2D: convolution(2),
  SimpleRNN: recurrent,
  SimpleRNNCell: recurrent,
  Softmax: { axis: oneOrMore(axis) },
  SpatialDropout1D: rate,
  SpatialDropout2D: rate,
  StackedRNNCells: { cells: listOf(inner, 64) },
  Subtract: none,
  ThresholdedReLU: { theta: number },
  TimeDistributed: { layer: inner },
  UpSampling2D: { size: exactly(size, 2), interpolation, half_pixel_centers: flag },
  ZeroPadding2D: { padding: margins },
}

/** Fields without which a layer would compute with undefined. */
const required: Readonly<Record<string, readonly string[]>> = {
  Activation: ['activation'],
  AlphaDropout: ['rate'],
  Bidirectional: ['layer'],
  CategoryEncoding: ['num_tokens'],
  CenterCrop: ['height', 'width'],
  Conv1D: ['filters', 'kernel_size'],
  Conv2D: ['filters', 'kernel_size'],
  Conv2DTranspose: ['filters', 'kernel_size'],
  Conv3D: ['filters', 'kernel_size'],
  Conv3DTranspose: ['filters', 'kernel_size'],
  ConvLSTM2D: ['filters', 'kernel_size'],
  Dense: ['units'],
  DepthwiseConv2D: ['kernel_size'],
  Dot: ['axes'],
  Dropout: ['rate'],
  Embedding: ['input_dim', 'output_dim'],
  GRU: ['units'],
  GaussianDropout: ['rate'],
  GaussianNoise: ['stddev'],
  LSTM: ['units'],
  Permute: ['dims'],
  RNN: ['cell'],
  RepeatVector: ['n'],
  Rescaling: ['scale'],
  Reshape: ['target_shape'],
  Resizing: ['height', 'width'],
  SeparableConv2D: ['filters', 'kernel_size'],
  SimpleRNN: ['units'],
  SpatialDropout1D: ['rate'],
  SpatialDropout2D: ['rate'],
  TimeDistributed: ['layer'],
}

/** Every optional field may be null. */
function optional(rules: Rules, needed: readonly string[] = []) {
  return Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => [
      name,
      needed.includes(name) ? rule : z.optional(z.nullable(rule)),
    ]),
  )
}

const schemas = new Map<string, z.ZodMiniType>()

/** The schema of the configuration of a class of layer; undefined for a class that neither Keras nor tfjs has. */
export function layerSchema(className: string): z.ZodMiniType | undefined {
  const known = schemas.get(className)
  const rules = Object.hasOwn(ofClass, className) ? ofClass[className] : undefined
  if (known || !rules) return known
  const schema = z.looseObject(optional({ ...shared, ...rules }, required[className]))
  schemas.set(className, schema)
  return schema
}

/** Whether the configuration of a class of layer has a field of this name. */
export function isKnownField(className: string, field: string): boolean {
  return Object.hasOwn(shared, field) || Object.hasOwn(ofClass[className] ?? {}, field)
}

/** Fields that hold other layers. */
export const innerLayerFields: readonly string[] = ['layer', 'backward_layer', 'cell', 'cells']
