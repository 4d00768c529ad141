import { findWeight, type BatchNormalizationConfig } from '@treadle/keras'
import { UnsupportedModelError } from '../errors.ts'
import { rowTable, sampleTable } from '../layout.ts'
import type { CompilableNode } from '../graph.ts'
import type { LayerRule, Network } from '../network.ts'
import { Parameter } from '../parameter.ts'
import { rulesOf, weightRefusal } from '../weight-rules.ts'
import { axisOf, type Value } from '../value.ts'
import { alongAxes, axesFromZero } from './axes.ts'
import { alongLastAxis } from './relayout.ts'
import { AffineOperator, type Affine, type Weights } from '../operators/affine.ts'
import {
  BatchNormOperator,
  parametersOf,
  type NormalizationWeights,
} from '../operators/batch-normalization.ts'

export const batchNormalization: LayerRule<BatchNormalizationConfig> = {
  kind: 'BatchNormalization',
  refusal: weightRefusal,
  build(node, [input], network) {
    const axes = axesFromZero([node.config.axis], node.shape.length)
    return alongAxes(node.name, input as Value, axes, network, (value) => normalized(node, value, network))
  },
}

function normalized(node: CompilableNode<BatchNormalizationConfig>, input: Value, network: Network): Value {
  const value = alongLastAxis(node.name, input, network)
  const axis = axisOf(value)
  const { layer, config } = node
  const table = axis.whole ? sampleTable(value.layout) : rowTable(value.layout)
  const size = axis.stride
  const learns = network.training && node.trainable && !node.inference
  const weight = (name: string): Parameter => {
    const variable = findWeight(layer, name)
    const trained = network.trains(variable)
    if (trained && !learns) {
      throw new UnsupportedModelError(
        `it is called with training=False while its \`${name}\` is trained`,
        node.name,
      )
    }
    return new Parameter({
      name: `${node.name}/${name}`,
      variable,
      table,
      size,
      trained,
      parts: network.shards,
      ...rulesOf(node, name),
    })
  }
  const weights: NormalizationWeights = {
    gamma: config.scale ? weight('gamma') : undefined,
    beta: config.center ? weight('beta') : undefined,
    movingMean: weight('moving_mean'),
    movingVariance: weight('moving_variance'),
  }
  const { epsilon, momentum } = config
  return network.add(
    learns
      ? new BatchNormOperator(node.name, value, weights, epsilon, momentum)
      : new AffineOperator(node.name, value, {
          parameters: parametersOf(weights),
          positions: table,
          affineOf: (read) => movingAffine(weights, epsilon, read),
        }),
  )
}

/** γ / √(σ² + ε) and β − μ · γ / √(σ² + ε), by the moving averages. */
function movingAffine(weights: NormalizationWeights, epsilon: number, read: Weights): Affine {
  const of = (parameter: Parameter | undefined) => (parameter ? read(parameter) : undefined)
  const gamma = of(weights.gamma)
  const beta = of(weights.beta)
  const mean = of(weights.movingMean) as Float32Array
  const variance = of(weights.movingVariance) as Float32Array
  const scale = Float64Array.from(
    variance,
    (v, j) => (gamma ? (gamma[j] as number) : 1) / Math.sqrt(v + epsilon),
  )
  const shift = Float64Array.from(mean, (m, j) => (beta ? (beta[j] as number) : 0) - m * (scale[j] as number))
  return { scale, shift }
}
