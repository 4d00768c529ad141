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

/** Classes of our own that do what a class of tfjs leaves out, by the fields that call for them. */
const completions: Readonly<Record<string, (config: Json, origin: Origin) => boolean>> = {
  // tfjs counts the padding when it divides.
  AveragePooling2D: ({ padding, padding_counts: counts }, origin) =>
    padding === 'same' && (origin !== 'tfjs' || counts === false),
  GlobalAveragePooling1D: ({ keepdims }) => keepdims === true,
  GlobalAveragePooling2D: ({ keepdims }) => keepdims === true,
  GlobalMaxPooling1D: ({ keepdims }) => keepdims === true,
  GlobalMaxPooling2D: ({ keepdims }) => keepdims === true,
  ReLU: ({ negative_slope: slope, threshold }) => Boolean(slope) || Boolean(threshold),
  // tfjs interpolates between the corners of pixels, Keras between their centres.
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
  LeakyReLU: ({ negative_slope: slope, ...config }) => ({
    ...config,
    ...(slope != null && { alpha: slope }),
  }),
  SeparableConv1D: withoutKernel,
  SeparableConv2D: withoutKernel,
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
  const { class_name: className } = network
  const config = rewriteFields(entry(fields, className)?.(network.config) ?? network.config, origin)
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

/** L1 and L2 → L1L2, the one class that tfjs has. */
function regularizer(value: unknown): unknown {
  if (!isObject(value) || (value['class_name'] !== 'L1' && value['class_name'] !== 'L2')) return value
  const { l1 = 0, l2 = 0 } = (value['config'] ?? {}) as { l1?: number; l2?: number }
  return { class_name: 'L1L2', config: { l1, l2 } }
}
