import { entry, isLayer, isObject, layersOf, type Json, type SavedLayer } from './json.ts'
import type { Origin } from './saved-network.ts'

/** Spellings of activations that tfjs registers, or @treadle/keras/extensions, under another name. */
const activations: Readonly<Record<string, string>> = {
  silu: 'swish',
  hard_swish: 'hard_silu',
}

/** Activations that mean something else in Keras 3 than in Keras 2 and tfjs. */
const activationsOfKeras3: Readonly<Record<string, string>> = { hard_sigmoid: 'hard_sigmoid_keras3' }

const initializers: Readonly<Record<string, string>> = {
  LecunNormal: 'LeCunNormal',
  LecunUniform: 'LeCunUniform',
  OrthogonalInitializer: 'Orthogonal',
  IdentityInitializer: 'Identity',
}

const isDilated = (rate: unknown): boolean => rate !== undefined && [rate].flat().some((one) => one !== 1)
const isGrouped = (groups: unknown): boolean => typeof groups === 'number' && groups !== 1

/** Classes of our own that do what a class of tfjs leaves out, by the fields that call for them. */
const completions: Readonly<Record<string, (config: Json, origin: Origin) => boolean>> = {
  // tfjs counts the padding when it divides.
  AveragePooling2D: ({ padding, padding_counts: counts }, origin) =>
    padding === 'same' && (origin !== 'tfjs' || counts === false),
  // tfjs normalises along the last axis only, whatever its configuration says.
  BatchNormalization: ({ axis }) => axis !== -1 && axis !== undefined,
  // tfjs changes the shape of the layer's input too.
  CategoryEncoding: () => true,
  CenterCrop: () => true,
  Concatenate: ({ axis }) => typeof axis === 'number' && axis < -1,
  Conv1D: ({ padding, groups }) => padding === 'causal' || isGrouped(groups),
  Conv2D: ({ groups }) => isGrouped(groups),
  Conv2DTranspose: ({ dilation_rate: rate }) => isDilated(rate),
  DepthwiseConv2D: ({ dilation_rate: rate, dilates }, origin) =>
    isDilated(rate) && (origin !== 'tfjs' || dilates === true),
  ELU: ({ alpha }) => typeof alpha === 'number' && alpha !== 1,
  GlobalAveragePooling1D: ({ keepdims }) => keepdims === true,
  GlobalAveragePooling2D: ({ keepdims }) => keepdims === true,
  GlobalMaxPooling1D: ({ keepdims }) => keepdims === true,
  GlobalMaxPooling2D: ({ keepdims }) => keepdims === true,
  // tfjs applies factors by the last axis.
  PReLU: ({ shared_axes: axes }) => Array.isArray(axes) && axes.length > 0,
  ReLU: ({ negative_slope: slope, threshold }) => Boolean(slope) || Boolean(threshold),
  // tfjs interpolates between the corners of pixels, Keras between their centres.
  Resizing: ({ half_pixel_centers: centers }, origin) => origin !== 'tfjs' || centers === true,
  Softmax: ({ axis }) => typeof axis === 'number' && axis !== -1,
  UpSampling2D: ({ interpolation, half_pixel_centers: centers }, origin) =>
    interpolation === 'bilinear' && (origin !== 'tfjs' || centers === true),
}

/** The name under which the class that completes a class of tfjs is registered. */
export function completed(className: string): string {
  return `Complete${className}`
}

/** Fields that one class of layer has under another name, or must not have. */
const fields: Readonly<Record<string, (config: Json) => Json>> = {
  BatchNormalization: ({ axis, ...config }) => ({
    ...config,
    axis: Array.isArray(axis) && axis.length === 1 ? (axis as unknown[])[0] : axis,
  }),
  DepthwiseConv2D: withoutRegularizerAsConstraint,
  LeakyReLU: ({ negative_slope: slope, ...config }) => ({
    ...config,
    ...(slope != null && { alpha: slope }),
  }),
  Bidirectional: ({ backward_layer: backward, ...config }) =>
    isMirrored(config['layer'], backward)
      ? { ...config, layer: withoutDirection(config['layer'] as SavedLayer) }
      : { ...config, backward_layer: backward },
  Softmax: ({ axis, ...config }) => ({
    ...config,
    axis: Array.isArray(axis) ? (axis as unknown[])[0] : axis,
  }),
  SeparableConv2D: withoutKernel,
}

/** tfjs puts `forward_` before the name of the layer; Keras 3 has done so in the file. */
function withoutDirection(layer: SavedLayer): SavedLayer {
  const { name } = layer.config
  if (typeof name !== 'string') return layer
  return { ...layer, config: { ...layer.config, name: name.replace(/^forward_/, '') } }
}

/** Whether the second layer is the first one run backwards, as tfjs makes it. */
function isMirrored(forward: unknown, backward: unknown): boolean {
  if (!isLayer(forward) || !isLayer(backward) || forward.class_name !== backward.class_name) return false
  return withBack(forward.config, true) === withBack(backward.config, false)
}

/** The settings of a recurrent layer but its name, run in the other direction if `mirrored`. */
function withBack({ name: _name, go_backwards: back, ...config }: Json, mirrored: boolean): string {
  return JSON.stringify({ ...config, back: Boolean(back) !== mirrored })
}

/** Layers that do nothing in predictions and that tfjs lacks, by what does the same. */
const substitutes: Readonly<Record<string, (config: Json) => Json>> = {
  ActivityRegularization: ({ l1, l2, ...config }) => ({
    ...config,
    activation: 'linear',
    activity_regularizer: { class_name: 'L1L2', config: { l1, l2 } },
  }),
  Identity: (config) => ({ ...config, activation: 'linear' }),
}

/** tfjs writes the regularizer of the kernel as its constraint. */
function withoutRegularizerAsConstraint({ depthwise_constraint: constraint, ...config }: Json): Json {
  const className = isObject(constraint) ? constraint['class_name'] : constraint
  return className === undefined || className === 'L1L2'
    ? config
    : { ...config, depthwise_constraint: constraint }
}

/** Keras 2 writes fields of a kernel that separable convolutions do not have. */
function withoutKernel({
  kernel_initializer: _i,
  kernel_regularizer: _r,
  kernel_constraint: _c,
  ...config
}: Json): Json {
  return config
}

/** Rewrites the layers of a network, in Keras 2's form, to those that tfjs and the extensions build. */
export function rewriteLayers(network: SavedLayer, origin: Origin): SavedLayer {
  const layers = layersOf(network.config)?.map((layer) =>
    isLayer(layer) ? rewriteLayers(layer, origin) : layer,
  )
  if (layers) {
    const config = Array.isArray(network.config) ? layers : { ...network.config, layers }
    return { ...network, config: config as Json }
  }
  const substitute = entry(substitutes, network.class_name)
  const className = substitute ? 'Activation' : network.class_name
  const settings = substitute ? substitute(network.config) : network.config
  const config = rewriteFields(entry(fields, className)?.(settings) ?? settings, origin)
  const inner = config['layer']
  return {
    ...network,
    class_name: entry(completions, className)?.(config, origin) ? completed(className) : className,
    config: isLayer(inner) ? { ...config, layer: rewriteLayers(inner, origin) } : config,
  }
}

function rewriteFields(config: Json, origin: Origin): Json {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      if (key === 'dtype') return [key, plainType(value)]
      if (key.endsWith('_regularizer')) return [key, regularizer(value)]
      if (key.endsWith('_initializer') && isObject(value)) {
        const name = String(value['class_name'])
        return [key, { ...value, class_name: entry(initializers, name) ?? name }]
      }
      if ((key === 'activation' || key === 'recurrent_activation') && typeof value === 'string')
        return [
          key,
          (origin === 'keras3' ? entry(activationsOfKeras3, value) : undefined) ??
            entry(activations, value) ??
            value,
        ]
      return [key, value]
    }),
  )
}

/** The data type of tfjs in which a data type, or a policy, of Keras is computed. */
function plainType(dtype: unknown): unknown {
  const name: unknown = isObject(dtype) ? (Object(dtype['config']) as Json)['name'] : dtype
  if (typeof name !== 'string') return 'float32'
  if (/^u?int/.test(name)) return 'int32'
  return name === 'float64' ? 'float32' : name
}

/** L1 and L2 → L1L2, the one class that tfjs has. */
function regularizer(value: unknown): unknown {
  if (!isObject(value) || (value['class_name'] !== 'L1' && value['class_name'] !== 'L2')) return value
  const { l1 = 0, l2 = 0 } = (value['config'] ?? {}) as { l1?: number; l2?: number }
  return { class_name: 'L1L2', config: { l1, l2 } }
}
