import type { GlobalPoolingConfig, PoolingConfig, Pair } from '@treadle/keras'
import { mapShapeOf } from '../feature-map.ts'
import type { LayerRule } from '../network.ts'
import { PoolingOperator } from '../operators/pooling.ts'
import type { Value } from '../value.ts'
import { asUnpackedMap } from './relayout.ts'
import { windowBefore } from './windows.ts'

const channelsFirst = "dataFormat 'channelsFirst' is not supported"

export const pooling: LayerRule<PoolingConfig> = {
  kind: 'Pooling',
  refusal: ({ config }) => (config.dataFormat === 'channelsFirst' ? channelsFirst : undefined),
  build(node, [input], network) {
    const { poolSize, strides, padding, reduction } = node.config
    const value = asUnpackedMap(node.name, input as Value, network)
    const { height, width } = mapShapeOf(value)
    const count: Pair = [node.shape.at(-3) ?? 1, node.shape.at(-2) ?? 1]
    const before = ([0, 1] as const).map((axis) =>
      windowBefore({
        input: axis === 0 ? height : width,
        output: count[axis],
        window: poolSize[axis],
        stride: strides[axis],
        padding,
      }),
    ) as unknown as Pair
    const windows = { size: poolSize, strides, before, count }
    return network.add(new PoolingOperator(node.name, value, reduction, windows, node.shape))
  },
}

/** Pooling with one window of the map's size. The shape keeps the axes of size 1 or not. */
export const globalPooling: LayerRule<GlobalPoolingConfig> = {
  kind: 'GlobalPooling',
  refusal: ({ config }) => (config.dataFormat === 'channelsFirst' ? channelsFirst : undefined),
  build(node, [input], network) {
    const value = asUnpackedMap(node.name, input as Value, network)
    const { height, width } = mapShapeOf(value)
    const size: Pair = [height, width]
    const windows = { size, strides: size, before: [0, 0], count: [1, 1] } as const
    return network.add(new PoolingOperator(node.name, value, node.config.reduction, windows, node.shape))
  },
}
