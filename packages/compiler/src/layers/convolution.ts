import type {
  ConvolutionConfig,
  DepthwiseConvolutionConfig,
  SeparableConvolutionConfig,
  TransposedConvolutionConfig,
  Pair,
} from '@treadle/keras'
import type { CompilableNode } from '../graph.ts'
import type { LayerRule, Network } from '../network.ts'
import type { WeightOptions } from '../parameter.ts'
import { rulesOf, weightRefusal } from '../weight-rules.ts'
import type { Value } from '../value.ts'
import { ConvolutionOperator, type ConvolutionGeometry } from '../operators/convolution.ts'
import { DepthwiseOperator } from '../operators/depthwise.ts'
import { activationOf, activationRefusal } from './activation.ts'
import { asMap, asPlainMap } from './relayout.ts'
import { biasOf, weightsOf } from './weights.ts'
import { windowBefore } from './windows.ts'

type AnyConvolution =
  | ConvolutionConfig
  | TransposedConvolutionConfig
  | DepthwiseConvolutionConfig
  | SeparableConvolutionConfig

function refusal(node: CompilableNode<AnyConvolution>): string | undefined {
  const { activation, dataFormat } = node.config
  if (dataFormat === 'channelsFirst') return "dataFormat 'channelsFirst' is not supported"
  return activationRefusal(activation) ?? weightRefusal(node)
}

/** Rows and columns of a shape [rows, columns, channels], or [columns, channels]. */
function sizeOf(shape: readonly number[]): Pair {
  return [shape.at(-3) ?? 1, shape.at(-2) ?? 1]
}

/** The padding before the map, along rows and columns. */
function paddingOf(
  { kernelSize, strides, dilationRate, padding }: AnyConvolution,
  input: Pair,
  output: Pair,
): Pair {
  const along = (axis: 0 | 1) =>
    windowBefore({
      input: input[axis],
      output: output[axis],
      window: (kernelSize[axis] - 1) * dilationRate[axis] + 1,
      stride: strides[axis],
      padding,
    })
  return [along(0), along(1)]
}

/** Whether the operator can apply an activation itself. */
const isFused = (activation: string): boolean => activation === 'relu' || activation === 'linear'

function activated(node: CompilableNode<AnyConvolution>, output: Value, network: Network): Value {
  const { activation } = node.config
  return isFused(activation) ? output : activationOf(node, activation, output, network)
}

/** Multiply-adds of the three products of a step, for each sample. */
function workOf({ layer, shape }: CompilableNode<AnyConvolution>): number {
  const [kernel] = layer.weights
  const filters = kernel?.shape.at(-1) ?? 1
  const taps = kernel?.shape.reduce<number>((product, size) => product * (size ?? 1), 1) ?? 1
  return (6 * shape.reduce((a, b) => a * b, 1) * taps) / filters
}

export const convolution: LayerRule<ConvolutionConfig> = {
  kind: 'Convolution',
  refusal: (node) =>
    node.config.groups === 1 ? refusal(node) : `\`groups\` (=${node.config.groups}) is not supported`,
  work: workOf,
  build(node, [input], network) {
    const { config, shape } = node
    const value = asMap(node.name, input as Value, network)
    const weight = weightsOf(node, network)
    const channels = value.shape.at(-1) ?? 1
    const { filters } = config
    const kernelWidth = config.kernelSize[1]
    const output = network.add(
      new ConvolutionOperator(node.name, value, {
        geometry: {
          kernel: config.kernelSize,
          strides: config.strides,
          dilation: config.dilationRate,
          spacing: [1, 1],
          before: paddingOf(config, sizeOf(value.shape), sizeOf(shape)),
        },
        kernel: weight('kernel'),
        bias: biasOf(weight, config.useBias, network),
        filters,
        relu: config.activation === 'relu',
        network,
        shape,
        index: (ky, kx, channel, filter) => ((ky * kernelWidth + kx) * channels + channel) * filters + filter,
      }),
    )
    return activated(node, output, network)
  },
}

/**
 * The gradient of a convolution by its input as a layer: a convolution of the spaced-out input with the flipped kernel
 * [rows, columns, filters, channels].
 */
export const transposedConvolution: LayerRule<TransposedConvolutionConfig> = {
  kind: 'TransposedConvolution',
  refusal,
  work: workOf,
  build(node, [input], network) {
    const { config, shape } = node
    const value = asMap(node.name, input as Value, network)
    const weight = weightsOf(node, network)
    const channels = value.shape.at(-1) ?? 1
    const { filters, kernelSize, dilationRate } = config
    // The padding of the convolution from the output's map to the input's.
    const padding = paddingOf(config, sizeOf(shape), sizeOf(value.shape))
    const geometry: ConvolutionGeometry = {
      kernel: kernelSize,
      strides: [1, 1],
      dilation: dilationRate,
      spacing: config.strides,
      before: [
        (kernelSize[0] - 1) * dilationRate[0] - padding[0],
        (kernelSize[1] - 1) * dilationRate[1] - padding[1],
      ],
    }
    const output = network.add(
      new ConvolutionOperator(node.name, value, {
        geometry,
        kernel: weight('kernel'),
        bias: biasOf(weight, config.useBias, network),
        filters,
        relu: config.activation === 'relu',
        network,
        shape,
        index: (ky, kx, channel, filter) => {
          const tap = (kernelSize[0] - 1 - ky) * kernelSize[1] + (kernelSize[1] - 1 - kx)
          return (tap * filters + filter) * channels + channel
        },
      }),
    )
    return activated(node, output, network)
  },
}

function depthwiseOf(
  node: CompilableNode<DepthwiseConvolutionConfig | SeparableConvolutionConfig>,
  input: Value,
  network: Network,
  options: {
    kernel: WeightOptions
    bias: WeightOptions | undefined
    relu: boolean
  },
): Value {
  const { config } = node
  const channels = input.shape.at(-1) ?? 1
  const multiplier = options.kernel.variable?.shape.at(-1) ?? 1
  const shape = [...node.shape.slice(0, -1), channels * multiplier]
  return network.add(
    new DepthwiseOperator(node.name, input, {
      ...options,
      geometry: {
        kernel: config.kernelSize,
        strides: config.strides,
        dilation: config.dilationRate,
        before: paddingOf(config, sizeOf(input.shape), sizeOf(shape)),
      },
      multiplier,
      shards: network.shards,
      shape,
    }),
  )
}

export const depthwiseConvolution: LayerRule<DepthwiseConvolutionConfig> = {
  kind: 'DepthwiseConvolution',
  refusal,
  work: workOf,
  build(node, [input], network) {
    const { config } = node
    const weight = weightsOf(node, network)
    const output = depthwiseOf(node, asPlainMap(node.name, input as Value, network), network, {
      kernel: { ...weight('depthwise_kernel'), ...rulesOf(node, 'depthwise') },
      bias: biasOf(weight, config.useBias, network),
      relu: config.activation === 'relu',
    })
    return activated(node, output, network)
  },
}

/** A depthwise convolution, then one of one pixel. */
export const separableConvolution: LayerRule<SeparableConvolutionConfig> = {
  kind: 'SeparableConvolution',
  refusal,
  work: ({ layer, shape }) =>
    6 *
    shape.reduce((a, b) => a * b, 1) *
    layer.weights.slice(0, 2).reduce((sum, { shape: sizes }) => sum + (sizes.at(-2) ?? 1), 0),
  build(node, [input], network) {
    const { config, shape } = node
    const weight = weightsOf(node, network)
    const middle = depthwiseOf(node, asPlainMap(node.name, input as Value, network), network, {
      kernel: { ...weight('depthwise_kernel'), ...rulesOf(node, 'depthwise') },
      bias: undefined,
      relu: false,
    })
    const { filters } = config
    const output = network.add(
      new ConvolutionOperator(node.name, middle, {
        geometry: { kernel: [1, 1], strides: [1, 1], dilation: [1, 1], spacing: [1, 1], before: [0, 0] },
        kernel: { ...weight('pointwise_kernel'), ...rulesOf(node, 'pointwise') },
        bias: biasOf(weight, config.useBias, network),
        filters,
        relu: config.activation === 'relu',
        network,
        shape,
        index: (_ky, _kx, channel, filter) => channel * filters + filter,
      }),
    )
    return activated(node, output, network)
  },
}
