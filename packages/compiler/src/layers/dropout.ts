import type { AlphaDropoutConfig, DropoutConfig, NoiseConfig } from '@treadle/keras'
import { product } from '../layout.ts'
import type { CompilableNode } from '../graph.ts'
import type { LayerRule, Network } from '../network.ts'
import { elementsOf } from './axes.ts'
import type { Value } from '../value.ts'
import { ViewOperator } from '../operators/view.ts'
import { DropoutOperator, type Dropping } from '../operators/dropout.ts'
import { NoiseOperator } from '../operators/noise.ts'

/** Distance between the streams of two calls of a layer. */
export const CALL_STREAMS = 0x10000

/** Where each element of `shape` finds its mask, if a mask is shared along axes. */
function sharedMask(
  shape: readonly number[],
  noiseShape: DropoutConfig['noiseShape'],
): { size: number; table: Int32Array } | undefined {
  if (!noiseShape) return undefined
  const sizes = shape.map((size, axis) => noiseShape[axis + 1] ?? size)
  const strides = sizes.map((size, axis) => (size === 1 ? 0 : product(sizes.slice(axis + 1))))
  return { size: product(sizes), table: elementsOf(shape, strides) }
}

/** The random stream of a call. A shared layer draws numbers of its own for each call. */
function streamOf({ layer, call }: CompilableNode, network: Network): number {
  return (network.graph.dropoutStreams.get(layer) as number) + call * CALL_STREAMS
}

function dropping<C extends DropoutConfig | AlphaDropoutConfig>(
  kind: C['kind'],
  droppingOf: (config: C) => Dropping,
): LayerRule<C> {
  return {
    kind,
    refusal: ({ config: { noiseShape } }) =>
      noiseShape && noiseShape[0] !== null
        ? `\`noiseShape\` (=${JSON.stringify(noiseShape)}) must begin with null: samples do not share a mask`
        : undefined,
    build(node, [input], network) {
      const value = input as Value
      const { rate, noiseShape } = node.config
      if (!network.training || node.inference || rate === 0) return unchanged(node, value, network)
      const shared = sharedMask(value.shape, noiseShape)
      const stream = streamOf(node, network)
      return network.add(new DropoutOperator(node.name, value, droppingOf(node.config), stream, shared))
    },
  }
}

const unchanged = ({ name }: CompilableNode, value: Value, network: Network): Value =>
  network.add(new ViewOperator(name, value, value.shape, value.layout))

export const dropout = dropping<DropoutConfig>('Dropout', ({ rate }) => ({
  rate,
  scale: Math.fround(1 / (1 - rate)),
  shift: 0,
  dropped: 0,
}))

export const alphaDropout = dropping<AlphaDropoutConfig>('AlphaDropout', (config) => config)

/** GaussianNoise and GaussianDropout. */
export const noise: LayerRule<NoiseConfig> = {
  kind: 'Noise',
  build(node, [input], network) {
    const value = input as Value
    const { operation, deviation } = node.config
    if (!network.training || node.inference || deviation === 0) return unchanged(node, value, network)
    return network.add(
      new NoiseOperator(node.name, value, { operation, deviation, stream: streamOf(node, network) }),
    )
  },
}
