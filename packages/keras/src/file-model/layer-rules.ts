import { entry } from '../dialects/json.ts'
import type { Fields } from '../layers/fields.ts'
import { readZeroPadding } from '../layers/placement.ts'
import { pooled, positions, type Window } from './windows.ts'

/** Sizes without the batch dimension. */
type Sizes = readonly number[]

/** What is known about one class of layer without building it. */
export interface LayerRule {
  /** The fields that decide what the layer computes. */
  readonly fields: readonly string[]
  /** The shape of the output; undefined where the inputs do not fit or are not fixed. */
  shape(inputs: readonly Sizes[], fields: Fields): Sizes | undefined
  /** The shape of each weight by its role, in the order of tfjs. */
  weights?(input: Sizes, fields: Fields): Readonly<Record<string, Sizes>>
}

const sameShape = ([input]: readonly Sizes[]): Sizes | undefined => input

const elementwise = (...fields: string[]): LayerRule => ({ fields, shape: sameShape })

const lastOf = (sizes: Sizes): number => sizes.at(-1) ?? Number.NaN

const productOf = (sizes: Sizes): number => sizes.reduce((product, size) => product * size, 1)

const biasOf = ({ useBias }: Fields, size: number): Record<string, Sizes> =>
  useBias === false ? {} : { bias: [size] }

const merge = (...fields: string[]): LayerRule => ({
  fields,
  shape: ([first, ...others]) =>
    others.length > 0 && others.every((other) => other.join() === first?.join()) ? first : undefined,
})

const windowFields = ['dataFormat', 'padding', 'strides']
const pooling: LayerRule = {
  fields: [...windowFields, 'poolSize'],
  shape: ([input], fields) => pooled(input, fields),
}
const globalPooling: LayerRule = {
  fields: ['dataFormat', 'keepdims'],
  shape: ([input], { dataFormat }) =>
    input?.length === 3 && dataFormat !== 'channelsFirst' ? [lastOf(input)] : undefined,
}

const kernelSizes = ({ kernelSize }: Fields): Sizes =>
  Array.isArray(kernelSize) ? (kernelSize as number[]) : [Number(kernelSize), Number(kernelSize)]

/** An image convolved with windows, into `channels` channels. */
function convolved(input: Sizes | undefined, fields: Fields, channels: number): Sizes | undefined {
  const [height, width] = kernelSizes(fields) as [number, number]
  const window: Window = { ...fields, size: [height, width] }
  const sizes = positions(input, window)
  return sizes && [...sizes, channels]
}

const convFields = [...windowFields, 'activation', 'dilationRate', 'groups', 'kernelSize', 'useBias']

/** The classes of layers that can be read without tfjs. A new one is an entry here. */
const rules: Readonly<Record<string, LayerRule>> = {
  Activation: elementwise('activation'),
  Add: merge(),
  AveragePooling2D: pooling,
  BatchNormalization: {
    fields: ['axis', 'center', 'epsilon', 'momentum', 'scale'],
    shape: sameShape,
    weights(input, { axis = -1, scale, center }) {
      const size = [input.at(Number(axis) < 0 ? Number(axis) : Number(axis) - 1) ?? Number.NaN]
      return {
        ...(scale === false ? {} : { gamma: size }),
        ...(center === false ? {} : { beta: size }),
        moving_mean: size,
        moving_variance: size,
      }
    },
  },
  Concatenate: {
    fields: ['axis'],
    shape([first, ...others], { axis = -1 }) {
      if (first === undefined) return undefined
      const at = Number(axis) < 0 ? first.length + Number(axis) : Number(axis) - 1
      const rest = (sizes: Sizes) => sizes.toSpliced(at, 1).join()
      if (first[at] === undefined || others.some((other) => rest(other) !== rest(first))) return undefined
      return first.with(
        at,
        others.reduce((sum, other) => sum + (other[at] as number), first[at]),
      )
    },
  },
  Conv2D: {
    fields: [...convFields, 'filters', 'rank'],
    shape: ([input], fields) => convolved(input, fields, Number(fields['filters'])),
    weights: (input, fields) => ({
      kernel: [...kernelSizes(fields), lastOf(input), Number(fields['filters'])],
      ...biasOf(fields, Number(fields['filters'])),
    }),
  },
  Dense: {
    fields: ['activation', 'units', 'useBias'],
    shape: ([input], { units }) =>
      input && input.length > 0 ? [...input.slice(0, -1), Number(units)] : undefined,
    weights: (input, fields) => ({
      kernel: [lastOf(input), Number(fields['units'])],
      ...biasOf(fields, Number(fields['units'])),
    }),
  },
  DepthwiseConv2D: {
    // The framework of the file says whether a dilation is applied.
    fields: [...convFields.filter((field) => field !== 'dilationRate'), 'depthMultiplier'],
    shape: ([input], fields) => input && convolved(input, fields, lastOf(input) * multiplierOf(fields)),
    weights: (input, fields) => ({
      depthwise_kernel: [...kernelSizes(fields), lastOf(input), multiplierOf(fields)],
      ...biasOf(fields, lastOf(input) * multiplierOf(fields)),
    }),
  },
  Dropout: elementwise('rate', 'noiseShape', 'seed'),
  Flatten: { fields: ['dataFormat'], shape: ([input]) => input && [productOf(input)] },
  GlobalAveragePooling2D: globalPooling,
  GlobalMaxPooling2D: globalPooling,
  InputLayer: { fields: ['batchInputShape'], shape: () => undefined },
  LeakyReLU: elementwise('alpha'),
  MaxPooling2D: pooling,
  Multiply: merge(),
  ReLU: elementwise('maxValue', 'negativeSlope', 'threshold'),
  Rescaling: {
    fields: ['offset', 'scale'],
    shape: ([input], { offset = 0, scale = 1 }) =>
      typeof offset === 'number' && typeof scale === 'number' ? input : undefined,
  },
  Reshape: {
    fields: ['targetShape'],
    shape([input], { targetShape }) {
      if (input === undefined || !Array.isArray(targetShape)) return undefined
      const target = (targetShape as (number | null)[]).map((size) => size ?? -1)
      const known = productOf(target.filter((size) => size !== -1))
      const shape = target.map((size) => (size === -1 ? productOf(input) / known : size))
      return productOf(shape) === productOf(input) ? shape : undefined
    },
  },
  Softmax: elementwise('axis'),
  SpatialDropout1D: elementwise('rate', 'noiseShape', 'seed'),
  SpatialDropout2D: elementwise('rate', 'noiseShape', 'seed', 'dataFormat'),
  ZeroPadding2D: {
    fields: ['dataFormat', 'padding'],
    shape([input], fields) {
      const { sides, dataFormat } = readZeroPadding(fields)
      if (input?.length !== 3 || dataFormat === 'channelsFirst') return undefined
      const [height, width, channels] = input as [number, number, number]
      return [height + sides.top + sides.bottom, width + sides.left + sides.right, channels]
    },
  },
}

const multiplierOf = ({ depthMultiplier }: Fields): number => Number(depthMultiplier ?? 1)

export function ruleOf(className: string): LayerRule | undefined {
  return entry(rules, className)
}
