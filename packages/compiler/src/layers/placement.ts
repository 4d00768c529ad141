import type { CroppingConfig, UpSamplingConfig, ZeroPaddingConfig } from '@treadle/keras'
import type { LayerRule } from '../network.ts'
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

export const upSampling: LayerRule<UpSamplingConfig> = {
  kind: 'UpSampling',
  refusal({ config }) {
    if (config.dataFormat === 'channelsFirst') return channelsFirst
    if (config.interpolation === 'nearest') return undefined
    return `\`interpolation\` (=${config.interpolation}) is not supported; 'nearest' is`
  },
  build(node, [input], network) {
    const value = asUnpackedMap(node.name, input as Value, network)
    return network.add(new UpSamplingOperator(node.name, value, node.config.size, node.shape))
  },
}
