import '@tensorflow/tfjs-backend-cpu'
import { fc, test as property } from '@fast-check/vitest'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, describe, expect, test } from 'vitest'
import { isModel, readGraph, type Graph } from '../index.ts'

type Symbol = tfl.SymbolicTensor
const { layers } = tfl

afterEach(() => tf.disposeVariables())

/** Runs a graph by calling each node's layer. */
function run({ nodes, inputs, outputs }: Graph, given: readonly tf.Tensor[]): tf.Tensor[] {
  const values: tf.Tensor[][] = []
  nodes.forEach((node, index) => {
    const input = inputs.indexOf(index)
    const taken = node.inputs.map((from) => values[from.node]?.[from.output] as tf.Tensor)
    values.push([input < 0 ? node.layer.call(taken, {}) : (given[input] as tf.Tensor)].flat())
  })
  return outputs.map(({ node, output }) => values[node]?.[output] as tf.Tensor)
}

/** Two inputs, two outputs, and a dense layer that both branches share. */
function twoByTwo(): tfl.LayersModel {
  const inputs = [tfl.input({ shape: [3], name: 'left' }), tfl.input({ shape: [3], name: 'right' })]
  const shared = layers.dense({ units: 4, name: 'shared' })
  const [a, b] = inputs.map((input) => shared.apply(input) as Symbol)
  const sum = layers.add({ name: 'sum' }).apply([a as Symbol, b as Symbol]) as Symbol
  const outputs = [layers.dense({ units: 2, name: 'first' }).apply(sum) as Symbol, b as Symbol]
  return tfl.model({ inputs, outputs })
}

describe('a graph', () => {
  test('has a node for each call of a layer, several inputs and several outputs', () => {
    const graph = readGraph(twoByTwo())
    expect(graph.nodes.map(({ name, call }) => [name, call])).toEqual([
      ['left', 0],
      ['right', 0],
      ['shared', 0],
      ['shared', 1],
      ['sum', 0],
      ['first', 0],
    ])
    expect(graph.inputs).toEqual([0, 1])
    expect(graph.outputs).toEqual([
      { node: 5, output: 0 },
      { node: 3, output: 0 },
    ])
    expect(graph.shared.map(({ name }) => name)).toEqual(['shared'])
    expect(graph.nodes[4]).toMatchObject({ inputShapes: [[4], [4]], outputShapes: [[4]] })
  })

  test('has the layers of a nested model in its position, once for each call of the model', () => {
    const inner = tfl.sequential({
      name: 'inner',
      layers: [layers.dense({ units: 3, inputShape: [3], name: 'one' }), layers.reLU({ name: 'two' })],
    })
    const input = tfl.input({ shape: [3], name: 'input' })
    const graph = readGraph(tfl.model({ inputs: input, outputs: inner.apply(inner.apply(input)) as Symbol }))
    expect(graph.nodes.map(({ name, call }) => `${name} ${call}`)).toEqual([
      'input 0',
      'one 0',
      'two 0',
      'one 1',
      'two 1',
    ])
    expect(graph.shared.map(({ name }) => name)).toEqual(['inner', 'one', 'two'])
  })

  test('numbers the dropout layers in `model.layers` order, whatever the order of the calls', () => {
    const input = tfl.input({ shape: [4, 2] })
    const [last, first] = [
      layers.spatialDropout1d({ rate: 0.5, name: 'b' }).apply(input) as Symbol,
      layers.dropout({ rate: 0.5, name: 'a' }).apply(input) as Symbol,
    ]
    const model = tfl.model({ inputs: input, outputs: layers.add().apply([first, last]) as Symbol })
    const streams = [...readGraph(model).dropoutStreams].map(([{ name }, stream]) => [name, stream])
    const inOrder = model.layers.map(({ name }) => name).filter((name) => name === 'a' || name === 'b')
    expect(streams).toEqual(inOrder.map((name, stream) => [name, stream]))
  })

  test('freezes a layer that lies in a frozen model, at any depth', () => {
    const block = (name: string) =>
      tfl.sequential({
        name,
        layers: [
          layers.batchNormalization({ inputShape: [3], name: `${name}_norm` }),
          layers.dense({ units: 3 }),
        ],
      })
    const outer = tfl.sequential({ name: 'outer', layers: [block('deep')] })
    const model = tfl.sequential({ layers: [outer, block('free')] })
    model.add(layers.dense({ units: 1, trainable: false, name: 'last' }))
    const trainable = () =>
      Object.fromEntries(
        readGraph(model)
          .nodes.filter(({ name }) => /norm$|last/.test(name))
          .map((node) => [node.name, node.trainable]),
      )
    expect(trainable()).toEqual({ deep_norm: true, free_norm: true, last: false })
    outer.trainable = false
    expect(trainable()).toEqual({ deep_norm: false, free_norm: true, last: false })
  })

  test('keeps a size that is not fixed as null', () => {
    const input = tfl.input({ shape: [null, 3] })
    const graph = readGraph(tfl.model({ inputs: input, outputs: layers.reLU().apply(input) as Symbol }))
    expect(graph.nodes[1]?.outputShapes).toEqual([[null, 3]])
  })
})

/** What to add next: which layer, and on which of the values so far. */
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('dense', 'shared', 'add', 'tanh', 'nested', 'again'),
    a: fc.nat(),
    b: fc.nat(),
  }),
  { minLength: 1, maxLength: 10 },
)

function randomModel(
  drawn: readonly { kind: string; a: number; b: number }[],
  outputs: number,
): tfl.LayersModel {
  const shape = [2, 3]
  const inputs = [tfl.input({ shape }), tfl.input({ shape })]
  const values: Symbol[] = [...inputs]
  const at = (i: number) => values[i % values.length] as Symbol
  const shared = layers.dense({ units: 3 })
  const block = () => {
    const x = tfl.input({ shape })
    const hidden = layers.dense({ units: 3, activation: 'tanh' }).apply(x) as Symbol
    return tfl.model({ inputs: x, outputs: [layers.add().apply([x, hidden]) as Symbol, hidden] })
  }
  const nested = block()
  for (const { kind, a, b } of drawn) {
    if (kind === 'dense') values.push(layers.dense({ units: 3 }).apply(at(a)) as Symbol)
    else if (kind === 'shared') values.push(shared.apply(at(a)) as Symbol)
    else if (kind === 'tanh') values.push(layers.activation({ activation: 'tanh' }).apply(at(a)) as Symbol)
    else if (kind === 'add') values.push(layers.add().apply([at(a), at(b)]) as Symbol)
    else values.push(...((kind === 'nested' ? block() : nested).apply(at(a)) as Symbol[]))
  }
  // Every input is used.
  const joined = layers.add().apply([...inputs, at(values.length - 1)]) as Symbol
  return tfl.model({ inputs, outputs: [joined, ...values.slice(2)].slice(0, outputs) })
}

property.prop([steps, fc.integer({ min: 1, max: 3 })], { numRuns: 40 })(
  'running the nodes one by one gives what the model predicts, to the bit',
  (drawn, count) => {
    const model = randomModel(drawn, count)
    const graph = readGraph(model)
    graph.nodes.forEach(({ inputs }, index) => {
      for (const { node } of inputs) expect(node).toBeLessThan(index)
    })
    expect(graph.nodes.some(({ layer }) => isModel(layer))).toBe(false)
    tf.tidy(() => {
      const given = [1, 2].map((seed) => tf.randomUniform([2, 2, 3], -1, 1, 'float32', seed))
      const expected = [model.predict(given)].flat()
      const found = run(graph, given)
      expect(found.map((value) => [...value.dataSync()])).toEqual(
        expected.map((value) => [...value.dataSync()]),
      )
    })
    tf.disposeVariables()
  },
)

test('a map that a layer leaves empty is an error that names the layer', () => {
  const image = { inputShape: [2, 5, 3], filters: 4 }
  const model = tfl.sequential({
    layers: [layers.conv2d({ ...image, kernelSize: 3, name: 'wide' }), layers.globalAveragePooling2d({})],
  })
  expect(() => readGraph(model)).toThrow(
    /layer `wide` \(Conv2D\) makes of \[\[2,5,3\]\] the empty \[\[0,3,4\]\]/,
  )
})
