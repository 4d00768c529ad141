import '@tensorflow/tfjs-backend-cpu'
import { fc, test as property } from '@fast-check/vitest'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, describe, expect, test } from 'vitest'
import { readFileModel, readGraph, readTopology, type Graph, type FileWeightValues } from '../index.ts'

type Symbol = tfl.SymbolicTensor
const { layers } = tfl

afterEach(() => tf.disposeVariables())

function weightsOf(model: tfl.LayersModel): Map<string, FileWeightValues> {
  return new Map(
    model.weights.map(({ originalName, shape, ...weight }) => [
      originalName,
      {
        shape: shape as number[],
        values: (weight as never as { val: tf.Variable }).val.dataSync<'float32'>(),
      },
    ]),
  )
}

/** The topology as `saveModel` writes it. */
const savedTopology = (model: tfl.LayersModel) =>
  model.toJSON(null, false) as unknown as Record<string, unknown>

function fromFile(model: tfl.LayersModel, change: (topology: string) => string = (text) => text) {
  const topology = JSON.parse(change(JSON.stringify(savedTopology(model)))) as Record<string, unknown>
  const network = readTopology(topology, (reason) => new Error(reason))
  return readFileModel(network, weightsOf(model))
}

/** A graph without the layers behind it. */
const comparable = ({ nodes, inputs, outputs, shared }: Graph) => ({
  inputs,
  outputs,
  shared: shared.map(({ name }) => name),
  nodes: nodes.map(({ layer, config, ...node }) => ({
    ...node,
    // A layer that the compiler does not know is its fields, where tfjs adds those of training.
    config: config.kind === 'other' ? config.kind : config,
    weights: layer.weights.map(({ originalName, shape }) => [originalName, shape]),
  })),
})

const image: [string, () => tfl.layers.Layer][] = [
  ['convolution', () => layers.conv2d({ filters: 3, kernelSize: [3, 2], strides: 2, activation: 'relu' })],
  [
    'padded convolution',
    () => layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', strides: [1, 2] }),
  ],
  [
    'dilated convolution',
    () => layers.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2, useBias: false }),
  ],
  ['rescaling', () => layers.rescaling({ scale: 0.25, offset: -1 })],
  ['depthwise convolution', () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })],
  ['max pooling', () => layers.maxPooling2d({ poolSize: 2 })],
  ['padded pooling', () => layers.maxPooling2d({ poolSize: [3, 2], strides: [2, 1], padding: 'same' })],
  ['average pooling', () => layers.averagePooling2d({ poolSize: [2, 3] })],
  ['global pooling', () => layers.globalAveragePooling2d({})],
  [
    'zero padding',
    () =>
      layers.zeroPadding2d({
        padding: [
          [1, 2],
          [0, 3],
        ],
      }),
  ],
  // One number for all sides, and tfjs saves it so.
  ['zero padding by a number', () => layers.zeroPadding2d({ padding: 2 as never })],
  ['normalization', () => layers.batchNormalization({ scale: false })],
  ['flattening', () => layers.flatten()],
  ['reshaping', () => layers.reshape({ targetShape: [7, 24] })],
  ['dense', () => layers.dense({ units: 5, activation: 'softmax', useBias: false })],
  ['activation', () => layers.activation({ activation: 'hardSigmoid' })],
  ['ReLU', () => layers.reLU({ maxValue: 6 })],
  ['leaky ReLU', () => layers.leakyReLU({ alpha: 0.2 })],
  ['softmax', () => layers.softmax({ axis: -1 })],
  ['dropout', () => layers.dropout({ rate: 0.5 })],
]

describe('the graph is that of the model that tfjs builds', () => {
  test.each(image)('%s', (_, make) => {
    const input = tfl.input({ shape: [7, 8, 3] })
    const model = tfl.model({ inputs: input, outputs: make().apply(input) as Symbol })
    const read = fromFile(model)
    expect(comparable(readGraph(read as tfl.LayersModel))).toEqual(comparable(readGraph(model)))
  })

  test.each(image)('Sequential: %s', (_, make) => {
    const first = layers.batchNormalization({ inputShape: [7, 8, 3] })
    const model = tfl.sequential({ layers: [first, make()] })
    const read = fromFile(model)
    expect(comparable(readGraph(read as tfl.LayersModel))).toEqual(comparable(readGraph(model)))
  })
})

/** What to add next: which layer, and on which of the values so far. */
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('dense', 'shared', 'add', 'tanh', 'join', 'norm'),
    a: fc.nat(),
    b: fc.nat(),
  }),
  { minLength: 1, maxLength: 12 },
)

property.prop([steps], { numRuns: 40 })('any network of branches and shared layers', (drawn) => {
  const inputs = [tfl.input({ shape: [2, 3] }), tfl.input({ shape: [2, 3] })]
  const values: Symbol[] = [...inputs]
  const shared = layers.dense({ units: 3 })
  const narrow = (value: Symbol) => layers.dense({ units: 3 }).apply(value) as Symbol
  for (const { kind, a, b } of drawn) {
    const [one, other] = [values[a % values.length] as Symbol, values[b % values.length] as Symbol]
    if (kind === 'dense') values.push(narrow(one))
    else if (kind === 'shared') values.push(shared.apply(one) as Symbol)
    else if (kind === 'tanh') values.push(layers.activation({ activation: 'tanh' }).apply(one) as Symbol)
    else if (kind === 'add') values.push(layers.add().apply([one, other]) as Symbol)
    else if (kind === 'norm') values.push(layers.batchNormalization().apply(one) as Symbol)
    else values.push(narrow(layers.concatenate().apply([one, other]) as Symbol))
  }
  const last = layers.add().apply([...inputs, values.at(-1) as Symbol]) as Symbol
  const model = tfl.model({ inputs, outputs: [last, values[3] ?? last].slice(0, 2) })
  const read = fromFile(model)
  expect(comparable(readGraph(read as tfl.LayersModel))).toEqual(comparable(readGraph(model)))
  tf.disposeVariables()
})

/** Two dense layers, as a model of its own. */
function inner(): tfl.LayersModel {
  const input = tfl.input({ shape: [3] })
  const hidden = layers.dense({ units: 4, activation: 'relu' }).apply(input) as Symbol
  return tfl.model({ inputs: input, outputs: layers.dense({ units: 3 }).apply(hidden) as Symbol })
}

test.each<[string, () => tfl.LayersModel]>([
  [
    'in a Sequential',
    () => tfl.sequential({ layers: [layers.dense({ units: 3, inputShape: [3] }), inner()] }),
  ],
  [
    'in a network with a branch',
    () => {
      const input = tfl.input({ shape: [3] })
      return tfl.model({
        inputs: input,
        outputs: layers.add().apply([input, inner().apply(input) as Symbol]) as Symbol,
      })
    },
  ],
])('a nested network %s is read as tfjs builds it', (_, make) => {
  const model = make()
  expect(comparable(readGraph(fromFile(model) as tfl.LayersModel))).toEqual(comparable(readGraph(model)))
})

test('a nested network that is called twice must be built by tfjs', () => {
  const input = tfl.input({ shape: [3] })
  const nested = inner()
  const twice = nested.apply(nested.apply(input)) as Symbol
  expect(fromFile(tfl.model({ inputs: input, outputs: twice }))).toMatch(/is called in a way/)
})

const dense = () =>
  tfl.sequential({
    layers: [layers.dense({ units: 2, inputShape: [3], name: 'dense', activation: 'relu' })],
  })

describe('tfjs must build', () => {
  test.each<[string, RegExp, (topology: string) => string]>([
    [
      'a class that is not known',
      /^layer `dense` \(Odd\) is of a class/,
      (text) => text.replace('"Dense"', '"Odd"'),
    ],
    [
      'a field that is not known',
      /^layer `dense` \(Dense\) has a field/,
      (text) => text.replace('"units"', '"odd":1,"units"'),
    ],
    [
      'weights of another shape',
      /no weight `kernel` of shape \[3, 4\]/,
      (text) => text.replace('"units":2', '"units":4'),
    ],
    [
      'weights that no layer has',
      /weights that no layer has/,
      (text) => text.replace('"use_bias":true', '"use_bias":false'),
    ],
    [
      'weights of another name',
      /^layer `other` \(Dense\) has no weight/,
      (text) => text.replaceAll('"dense"', '"other"'),
    ],
    ['inputs that are not fixed', /connected in a way/, (text) => text.replace('[null,3]', '[null,null]')],
    [
      'another type of numbers',
      /^layer `dense` \(Dense\) has a field or a dtype/,
      (text) => text.replace('"float32"', '"int32"'),
    ],
  ])('%s', (_, reason, change) => {
    expect(fromFile(dense(), change)).toMatch(reason)
    expect(fromFile(dense())).toBeTypeOf('object')
  })
})
