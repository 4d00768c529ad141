import type { CroppingConfig, UpSamplingConfig, ZeroPaddingConfig } from '@treadle/keras'
import type { CompilableNode } from '../graph.ts'
import type { LayerRule, Network } from '../network.ts'
import { LinearMapOperator, type Term } from '../operators/linear-map.ts'
import { PlaceOperator } from '../operators/place.ts'
import { UpSamplingOperator } from '../operators/up-sampling.ts'
import type { Value } from '../value.ts'
import { asUnpackedMap } from './relayout.ts'

const channelsFirst = "dataFormat 'channelsFirst' is not supported"

export const zeroPadding: LayerRule<ZeroPaddingConfig> = {
  kind: 'ZeroPadding',
  refusal: ({ config }) => (config.dataFormat === 'channelsFirst' ? channelsFirst : undefined),
  build(node, [input], network) {
    const value = asUnpackedMap(node.name, input as Value, network)
    return network.add(new PlaceOperator(node.name, value, node.config.sides, node.shape))
  },
}

export const cropping: LayerRule<CroppingConfig> = {
  kind: 'Cropping',
  refusal: ({ config }) => (config.dataFormat === 'channelsFirst' ? channelsFirst : undefined),
  build(node, [input], network) {
    const { top, left, bottom, right } = node.config.sides
    const value = asUnpackedMap(node.name, input as Value, network)
    const sides = { top: -top, left: -left, bottom: -bottom, right: -right }
    return network.add(new PlaceOperator(node.name, value, sides, node.shape))
  },
}

/** The weights of input pixels along one axis for each output pixel. */
function neighbours(size: number, factor: number, centers: boolean): Term[][] {
  return Array.from({ length: size * factor }, (_, i) => {
    const at = centers ? Math.min(Math.max((i + 0.5) / factor - 0.5, 0), size - 1) : i / factor
    const low = Math.floor(at)
    const high = Math.min(low + 1, size - 1)
    return low === high || at === low
      ? [{ element: low, weight: 1 }]
      : [
          { element: low, weight: 1 - (at - low) },
          { element: high, weight: at - low },
        ]
  })
}

function bilinear(node: CompilableNode<UpSamplingConfig>, input: Value, network: Network): Value {
  const [rows = 1, columns = 1, channels = 1] = input.shape
  const { size, halfPixelCenters } = node.config
  const down = neighbours(rows, size[0], halfPixelCenters)
  const across = neighbours(columns, size[1], halfPixelCenters)
  const terms = down.flatMap((above) =>
    across.flatMap((beside) =>
      Array.from({ length: channels }, (_, channel) =>
        above.flatMap((row) =>
          beside.map((column) => ({
            element: (row.element * columns + column.element) * channels + channel,
            weight: row.weight * column.weight,
          })),
        ),
      ),
    ),
  )
  return network.add(new LinearMapOperator(node.name, input, node.shape, terms))
}

export const upSampling: LayerRule<UpSamplingConfig> = {
  kind: 'UpSampling',
  refusal({ config }) {
    if (config.dataFormat === 'channelsFirst') return channelsFirst
    return undefined
  },
  build(node, [input], network) {
    if (node.config.interpolation === 'bilinear') return bilinear(node, input as Value, network)
    const value = asUnpackedMap(node.name, input as Value, network)
    return network.add(new UpSamplingOperator(node.name, value, node.config.size, node.shape))
  },
}
