import { findWeight, type NormalizationConfig } from '@treadle/keras'
import { product, rowTable, sampleTable, withoutTrailingOnes } from '../layout.ts'
import type { CompilableNode } from '../graph.ts'
import type { LayerRule, Network } from '../network.ts'
import { AffineOperator, type Affine, type Weights } from '../operators/affine.ts'
import { Parameter } from '../parameter.ts'
import { axisOf, type Value } from '../value.ts'
import { alongAxes, axesFromZero } from './axes.ts'
import { alongLastAxis, reshaped } from './relayout.ts'

/** Keras's smallest standard deviation. */
const EPSILON = 1e-7

/** A mean or a variance: a weight, or known numbers. */
type Statistic = Parameter | readonly number[]

export const normalization: LayerRule<NormalizationConfig> = {
  kind: 'Normalization',
  refusal({ config: { given } }) {
    if (!given || given.mean.length === given.variance.length) return undefined
    return `\`mean\` has ${given.mean.length} numbers, but \`variance\` has ${given.variance.length}`
  },
  build(node, [input], network) {
    const value = input as Value
    const { config, shape } = node
    const axes = axesFromZero(config.axes, shape.length).sort((a, b) => a - b)
    const size = config.given ? config.given.mean.length : product(axes.map((axis) => shape[axis] as number))
    if (size !== 1)
      return alongAxes(node.name, value, axes, network, (turned) => scaled(node, turned, network))
    // One mean for all elements needs no particular axis: one channel is not padded to four.
    const flat = reshaped(node.name, value, withoutTrailingOnes(shape), network)
    return reshaped(node.name, scaled(node, flat, network), shape, network)
  },
}

function scaled(node: CompilableNode<NormalizationConfig>, input: Value, network: Network): Value {
  const value = alongLastAxis(node.name, input, network)
  const { given, invert } = node.config
  const axis = axisOf(value)
  const positions = axis.whole ? sampleTable(value.layout) : rowTable(value.layout)
  const weight = (name: string): Parameter => {
    const variable = findWeight(node.layer, name)
    const size = product(variable.shape.map((one) => one ?? 1))
    return new Parameter({
      name: `${node.name}/${name}`,
      variable,
      table: size === 1 ? Int32Array.of(0) : positions,
      size: axis.stride,
      trained: false,
      parts: network.shards,
    })
  }
  const statistics = given ?? { mean: weight('mean'), variance: weight('variance') }
  return network.add(
    new AffineOperator(node.name, value, {
      parameters: Object.values(statistics).filter((one) => one instanceof Parameter),
      positions,
      affineOf: (read) => affineOf(statistics, invert, positions.length, read),
    }),
  )
}

/** Scale and shift of `width` elements; one statistic stands for all. */
function affineOf(
  { mean, variance }: { readonly mean: Statistic; readonly variance: Statistic },
  invert: boolean,
  width: number,
  read: Weights,
): Affine {
  const numbersOf = (statistic: Statistic) =>
    statistic instanceof Parameter ? (read(statistic) as Float32Array) : statistic
  const means = numbersOf(mean)
  const variances = numbersOf(variance)
  const scale = new Float64Array(width)
  const shift = new Float64Array(width)
  for (let j = 0; j < width; j++) {
    const m = means[j % means.length] as number
    const deviation = Math.max(Math.sqrt(variances[j % variances.length] as number), EPSILON)
    scale[j] = invert ? deviation : 1 / deviation
    shift[j] = invert ? m : -m / deviation
  }
  return { scale, shift }
}
