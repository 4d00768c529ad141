import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, describe, expect, test } from 'vitest'
import { activationOf, findWeight, readGraph, type Layer, type LayerConfig } from '../index.ts'

const { layers } = tfl

afterEach(() => tf.disposeVariables())

/** The node of a layer that is called on an input of `shape`. */
function nodeOf(layer: Layer, shape: number[]) {
  const input = tfl.input({ shape })
  const model = tfl.model({ inputs: input, outputs: layer.apply(input) as tfl.SymbolicTensor })
  return readGraph(model).nodes[1]
}

describe('the configuration of', () => {
  const cases: [string, Layer, number[], LayerConfig][] = [
    [
      'Dense',
      layers.dense({ units: 2 }),
      [3],
      { kind: 'Dense', units: 2, activation: 'linear', useBias: true },
    ],
    [
      'BatchNormalization',
      layers.batchNormalization({ scale: false }),
      [3],
      { kind: 'BatchNormalization', axis: -1, momentum: 0.99, epsilon: 1e-3, center: true, scale: false },
    ],
    ['Dropout', layers.dropout({ rate: 0.3 }), [3], { kind: 'Dropout', rate: 0.3, noiseShape: undefined }],
    [
      'SpatialDropout1D',
      layers.spatialDropout1d({ rate: 0.3 }),
      [3, 2],
      { kind: 'Dropout', rate: 0.3, noiseShape: [null, 1, null] },
    ],
    [
      'ReLU',
      layers.reLU({ maxValue: 6 }),
      [3],
      { kind: 'ReLU', maxValue: 6, negativeSlope: 0, threshold: 0 },
    ],
    ['ELU', layers.elu(), [3], { kind: 'ELU', alpha: 1 }],
    ['LeakyReLU', layers.leakyReLU({ alpha: 0.2 }), [3], { kind: 'LeakyReLU', negativeSlope: 0.2 }],
    ['ThresholdedReLU', layers.thresholdedReLU(), [3], { kind: 'ThresholdedReLU', theta: 1 }],
    ['PReLU', layers.prelu(), [3], { kind: 'PReLU' }],
    ['Softmax', layers.softmax({ axis: -1 }), [3], { kind: 'Softmax', axis: -1 }],
    ['Flatten', layers.flatten(), [3, 2], { kind: 'Flatten', dataFormat: 'channelsLast' }],
  ]
  test.each(cases)('%s', (className, layer, shape, config) => {
    expect(nodeOf(layer, shape)).toMatchObject({ className, config })
  })

  test('a layer without a file of its own is its fields', () => {
    expect(nodeOf(layers.masking({ maskValue: 0.2 }), [3])).toMatchObject({
      className: 'Masking',
      config: { kind: 'other', fields: { maskValue: 0.2 } },
    })
  })
})

test('regularizers and constraints are read by the role of their weight', () => {
  const layer = layers.dense({
    units: 2,
    kernelRegularizer: tfl.regularizers.l1l2({ l1: 0.1, l2: 0.2 }),
    biasRegularizer: tfl.regularizers.l2({ l2: 0.3 }),
    kernelConstraint: 'nonNeg',
    biasConstraint: tfl.constraints.minMaxNorm({ minValue: 0.5, axis: 0 }),
  })
  expect(nodeOf(layer, [3])).toMatchObject({
    regularizers: [
      { field: 'kernelRegularizer', role: 'kernel', className: 'L1L2', factors: { l1: 0.1, l2: 0.2 } },
      { field: 'biasRegularizer', role: 'bias', className: 'L1L2', factors: { l1: 0, l2: 0.3 } },
    ],
    constraints: [
      {
        field: 'kernelConstraint',
        role: 'kernel',
        className: 'NonNeg',
        projection: { kind: 'limits', least: 0, most: Infinity },
      },
      {
        field: 'biasConstraint',
        role: 'bias',
        className: 'MinMaxNorm',
        projection: { kind: 'norms', axes: [0], least: 0.5, most: 1, rate: 1 },
      },
    ],
  })
})

test('the constraint and the regularizer of a depthwise kernel are its own', () => {
  const constrained = nodeOf(
    layers.depthwiseConv2d({ kernelSize: 2, depthwiseConstraint: 'unitNorm' }),
    [4, 4, 1],
  )
  expect(constrained?.constraints).toEqual([
    {
      field: 'depthwiseConstraint',
      role: 'depthwise',
      className: 'UnitNorm',
      projection: { kind: 'norms', axes: [0], least: 1, most: 1, rate: 1 },
    },
  ])
  const regularized = nodeOf(
    layers.depthwiseConv2d({ kernelSize: 2, depthwiseRegularizer: 'l1l2' }),
    [4, 4, 1],
  )
  expect(regularized?.constraints).toEqual([])
  expect(regularized?.regularizers).toMatchObject([{ field: 'depthwiseRegularizer', className: 'L1L2' }])
})

test('the noise shape of AlphaDropout is kept', () => {
  const noiseShape = [null, 1, 2] as unknown as number[]
  expect(nodeOf(layers.alphaDropout({ rate: 0.5, noiseShape }), [3, 2])?.config).toMatchObject({
    kind: 'AlphaDropout',
    rate: 0.5,
    noiseShape,
  })
})

test('a weight is found by its role, or the error names layer and role', () => {
  const layer = layers.dense({ units: 2, useBias: false, name: 'plain' })
  nodeOf(layer, [3])
  expect(findWeight(layer, 'kernel').shape).toEqual([3, 2])
  expect(() => findWeight(layer, 'bias')).toThrow(/layer `plain` has no weight `bias`/)
})

test.each([
  ['Dense', () => layers.dense({ units: 2, activation: 'softmax' }), 'softmax'],
  ['Activation', () => layers.activation({ activation: 'sigmoid' }), 'sigmoid'],
  ['Softmax along the last axis', () => layers.softmax({ axis: 1 }), 'softmax'],
  ['Softmax along the batch', () => layers.softmax({ axis: 0 }), undefined],
  ['Dropout', () => layers.dropout({ rate: 0.5 }), undefined],
] as const)('the activation that %s ends in', (_, make, activation) => {
  const node = nodeOf(make(), [3])
  expect(node && activationOf(node)).toBe(activation)
})
