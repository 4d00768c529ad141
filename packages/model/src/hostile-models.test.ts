import '@tensorflow/tfjs-backend-cpu'
import { engine, memory, tensor, type Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { Classifier, loadModel, saveModel } from './index.ts'
import { FakeDirectory } from '../test/fake-directory.ts'
import { refusal } from '../test/refusal.ts'

type Shape = (number | null)[]
type Config = Record<string, unknown>
interface Saved {
  readonly class_name: string
  readonly name?: string
  readonly config: Config
  readonly inbound_nodes?: unknown
}

const layer = (type: string, config: Config): Saved => ({
  class_name: type,
  config: { name: 'x', ...config },
})
const softmax = layer('Dense', { name: 'out', units: 2, activation: 'softmax' })

/** A Sequential with an input of a shape, the given layers, and its weights' shapes by name. */
function sequential(input: Shape, layers: readonly Saved[], weights: Record<string, number[]> = {}) {
  const first = layer('InputLayer', { name: 'in', batch_input_shape: [null, ...input] })
  return files({ class_name: 'Sequential', config: { name: 's', layers: [first, ...layers] } }, weights)
}

function files(topology: Saved, weights: Record<string, number[]> = {}) {
  const specs = Object.entries(weights).map(([name, shape]) => ({ name, shape, dtype: 'float32' }))
  const values = specs.reduce((sum, { shape }) => sum + shape.reduce((size, one) => size * one, 1), 0)
  const json = { modelTopology: topology, weightsManifest: [{ paths: ['weights.bin'], weights: specs }] }
  return {
    'model.json': new Blob([JSON.stringify(json)]),
    'weights.bin': new Blob([new Float32Array(Math.min(values, 1e6)).fill(0.1)]),
  }
}

/** Calls of layers in a row, listed in reverse order. */
function chain(length: number): Saved {
  const layers = Array.from({ length }, (_, i) => ({
    class_name: i === 0 ? 'InputLayer' : 'Activation',
    name: `l${i}`,
    config: { name: `l${i}`, ...(i === 0 ? { batch_input_shape: [null, 2] } : { activation: 'relu' }) },
    inbound_nodes: i === 0 ? [] : [[[`l${i - 1}`, 0, 0, {}]]],
  }))
  const ends = { input_layers: [['l0', 0, 0]], output_layers: [[`l${length - 1}`, 0, 0]] }
  return { class_name: 'Model', config: { name: 'm', layers: layers.toReversed(), ...ends } }
}

/** A network whose layers are ten calls of a network, whose layers are ten calls of a network, … */
function calledTenfold(depth: number, name = 'n'): Saved {
  const input = {
    class_name: 'InputLayer',
    name: 'i',
    config: { name: 'i', batch_input_shape: [null, 2] },
    inbound_nodes: [],
  }
  const inner =
    depth === 0
      ? layer('Activation', { name: 'a', activation: 'relu' })
      : calledTenfold(depth - 1, `${name}n`)
  const callee = inner.config['name'] as string
  const first = depth === 0 ? 0 : 1
  const calls = Array.from({ length: 10 }, (_, i) => [
    [i === 0 ? 'i' : callee, i === 0 ? 0 : first + i - 1, 0, {}],
  ])
  const layers = [input, { ...inner, name: callee, inbound_nodes: calls }]
  const ends = { input_layers: [['i', 0, 0]], output_layers: [[callee, first + 9, 0]] }
  return { class_name: 'Model', config: { name, layers, ...ends } }
}

const initialised = (kernel_initializer: unknown) =>
  layer('Dense', { name: 'out', units: 2, activation: 'softmax', kernel_initializer })

describe.each<[string, Parameters<typeof sequential>, RegExp]>([
  [
    'padding that is a text',
    [
      [4, 4, 1],
      [
        layer('ZeroPadding2D', {
          padding: [
            [1, 1],
            [1, 'x'],
          ],
        }),
      ],
    ],
    /layer `x` \(ZeroPadding2D\): `padding/,
  ],
  ['padding without end', [[4, 4, 1], [layer('ZeroPadding2D', { padding: [2e9, 2e9] })]], /`maxBytes`/],
  [
    'cropping of more than there is',
    [
      [4, 4, 1],
      [
        layer('Cropping2D', {
          cropping: [
            [3, 3],
            [0, 0],
          ],
        }),
      ],
    ],
    /Negative dimension|would have the shape/,
  ],
  [
    'a window larger than the image',
    [[4, 4, 1], [layer('MaxPooling2D', { pool_size: [9, 9] })]],
    /Negative dimension|would have the shape/,
  ],
  ['a window with one size of two', [[4, 4, 1], [layer('MaxPooling2D', { pool_size: [2] })]], /`pool_size/],
  ['half a unit', [[4], [layer('Dense', { units: 1.5 })]], /`units` \(=1\.5\) must be a whole number/],
  ['no units', [[4], [layer('Dense', {})]], /`units`/],
  ['a rate of 3', [[4], [layer('Dropout', { rate: 3 })]], /`rate` \(=3\) must be at most 1/],
  ['an infinite slope', [[4], [layer('LeakyReLU', { alpha: '1e999' })]], /`alpha`/],
  ['an unknown type', [[4], [layer('Flatten', { dtype: 'x' })]], /`dtype` \(="x"\) must be one of float32/],
  [
    'a mask larger than its input',
    [[4], [layer('Dropout', { rate: 0.5, noise_shape: [1e9, 4] })]],
    /`noise_shape` \[1000000000, 4\], which does not fit its input/,
  ],
  [
    'a fixed batch of a million',
    [[4], [layer('Flatten', { batch_input_shape: [1e6, 4] })]],
    /batch dimension of at most 4096/,
  ],
  ['a repetition without end', [[4], [layer('RepeatVector', { n: 2e9 })]], /`maxBytes`/],
  ['an enlargement without end', [[4, 4, 1], [layer('UpSampling2D', { size: [1e5, 1e5] })]], /`maxBytes`/],
  ['weights without end', [[1e4], [layer('Dense', { units: 1e8 })]], /`maxParameters`/],
  [
    'weights that the file does not hold',
    [[1000], [layer('Dense', { units: 90000 })], { x: [18290] }],
    /its weights do not fit its network/,
  ],
  [
    'a negative deviation',
    [[4], [initialised({ class_name: 'TruncatedNormal', config: { stddev: -1 } })]],
    /`kernel_initializer\.config\.stddev` \(=-1\) must be at least 0/,
  ],
  [
    'operations without end',
    [[2000, 2000, 1], [layer('MaxPooling2D', { pool_size: [900, 900], strides: 1, padding: 'same' })]],
    /`maxOperations`/,
  ],
  [
    'steps without end',
    [
      [1e6, 1],
      [layer('SimpleRNN', { units: 1 })],
      { 'x/kernel': [1, 1], 'x/recurrent_kernel': [1, 1], 'x/bias': [1] },
    ],
    /called more than 4096 times/,
  ],
] as never)('a network with %s', (_, given, message) => {
  test('is refused before anything is allocated', async () => {
    const before = memory()
    const error = await refusal(sequential(...given))
    expect(error.code).toBe('MODEL_BAD_FILE')
    expect(error.message).toMatch(message)
    expect(memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes })
  })
})

test.each(['padding', 'pool_size', 'strides'])(
  'limits are raised by option, and %s is no limit',
  async () => {
    const large = sequential(
      [3000, 3000, 1],
      [layer('Flatten', {}), layer('Reshape', { name: 'y', target_shape: [9e6] })],
    )
    expect((await refusal(large, { maxBytes: 5e7 })).message).toMatch(/`maxBytes` is 50000000/)
    const model = await loadModel(large, { maxBytes: Infinity })
    model.dispose()
    expect((await refusal(large, { maxBytes: -1 })).code).toBe('MODEL_BAD_OPTION')
  },
)

test('ten calls of ten calls of ten calls … are counted, not made', async () => {
  expect((await refusal(files(calledTenfold(7)))).message).toMatch(/called more than 4096 times/)
  const model = await loadModel(files(calledTenfold(1)))
  model.dispose()
})

test('two thousand layers in reverse order are put together', async () => {
  const model = await loadModel(files(chain(2000)))
  expect(model.layers).toHaveLength(2000)
  model.dispose()
})

test.each([
  ['Orthogonal', { gain: 1, seed: null }],
  ['TruncatedNormal', { mean: 0, stddev: 0.5, seed: null }],
])('no initializer runs, also in a nested network, and %s is saved again', async (type, config) => {
  const initializer = { class_name: type, config }
  const nested = layer('Dense', {
    name: 'd',
    units: 3,
    kernel_initializer: initializer,
    batch_input_shape: [null, 4],
  })
  const inside: Saved = { class_name: 'Sequential', config: { name: 'n', layers: [nested] } }
  const weights = { 'd/kernel': [4, 3], 'd/bias': [3], 'out/kernel': [3, 2], 'out/bias': [2] }
  const given = files({ class_name: 'Sequential', config: { name: 's', layers: [inside, softmax] } }, weights)
  const random = Math.random
  const callers: string[] = []
  Math.random = () => {
    callers.push(String(new Error('drawn').stack))
    return random()
  }
  const model = await loadModel(given).finally(() => (Math.random = random))
  // The test runner in a browser draws numbers too.
  expect(callers.filter((stack) => /tensorflow|tfjs/.test(stack))).toEqual([])
  const target = new FakeDirectory()
  await saveModel(model, target)
  expect(target.text('model.json')).toContain(`"kernel_initializer":${JSON.stringify(initializer)}`)
  const input = tensor([[1, 1, 1, 1]])
  const output = model.predict(input) as Tensor
  expect([...output.dataSync()]).toEqual([0.5, 0.5])
  input.dispose()
  output.dispose()
  model.dispose()
})

const callsInRow = (name: string, from: string, first: number) => [
  [[from, 0, 0]],
  [[name, first, 0]],
  [[name, first + 1, 0]],
]

test('a model with shared layers and nested models is disposed whole', async () => {
  const before = memory()
  const input = {
    class_name: 'InputLayer',
    name: 'i',
    config: { name: 'i', batch_input_shape: [null, 3] },
    inbound_nodes: [],
  }
  const nested = layer('Dense', { name: 'd', units: 3, batch_input_shape: [null, 3] })
  const layers = [
    input,
    { ...layer('Dense', { name: 's', units: 3 }), name: 's', inbound_nodes: callsInRow('s', 'i', 0) },
    {
      class_name: 'Sequential',
      name: 'n',
      config: { name: 'n', layers: [nested] },
      inbound_nodes: [[['s', 2, 0]], [['n', 1, 0]]],
    },
    { ...softmax, name: 'out', inbound_nodes: [[['n', 2, 0]]] },
  ]
  const config = { name: 'm', layers, input_layers: [['i', 0, 0]], output_layers: [['out', 0, 0]] }
  const weights = {
    's/kernel': [3, 3],
    's/bias': [3],
    'd/kernel': [3, 3],
    'd/bias': [3],
    'out/kernel': [3, 2],
    'out/bias': [2],
  }
  const model = await loadModel(files({ class_name: 'Model', config }, weights))
  expect(memory().numTensors).toBe(before.numTensors + 6)
  model.dispose()
  expect(memory().numTensors).toBe(before.numTensors)
})

test('a failed load leaves no variable', async () => {
  const before = Object.keys(engine().state.registeredVariables).length
  await refusal(sequential([4], [softmax], { 'out/kernel': [4, 2] }))
  expect(Object.keys(engine().state.registeredVariables)).toHaveLength(before)
})

test('a constraint is kept, and the weights are those of the file', async () => {
  const limited = layer('Dense', {
    name: 'out',
    units: 2,
    activation: 'softmax',
    kernel_constraint: { class_name: 'MaxNorm', config: { max_value: 0.01, axis: 0 } },
  })
  const model = await loadModel(sequential([4], [limited], { 'out/kernel': [4, 2], 'out/bias': [2] }))
  expect(model.weights[0]?.read().dataSync()[0]).toBeCloseTo(0.1)
  model.dispose()
})

test('the constraint and the regularizer of a depthwise kernel are saved and loaded', async () => {
  const fields = [
    { depthwise_constraint: { class_name: 'MaxNorm', config: { max_value: 0.5, axis: 0 } } },
    { depthwise_regularizer: { class_name: 'L1L2', config: { l1: 0.25, l2: 0.5 } } },
  ]
  for (const own of fields) {
    const depthwise = layer('DepthwiseConv2D', { name: 'd', kernel_size: [2, 2], ...own })
    // As stock TensorFlow.js saves it.
    if ('depthwise_regularizer' in own) depthwise.config['depthwise_constraint'] = own.depthwise_regularizer
    const weights = { 'd/depthwise_kernel': [2, 2, 1, 1], 'd/bias': [1] }
    const model = await loadModel(sequential([4, 4, 1], [depthwise], weights))
    const directory = new FakeDirectory()
    await saveModel(model, directory)
    model.dispose()
    const { modelTopology } = JSON.parse(directory.text('model.json'))
    expect(modelTopology.config.layers.at(-1).config).toMatchObject({
      depthwise_constraint: null,
      depthwise_regularizer: null,
      ...own,
    })
  }
})

test('wrong sources and options are errors with a code', async () => {
  for (const nothing of [undefined, null, 5] as never[]) {
    await expect(loadModel(nothing)).rejects.toMatchObject({ code: 'MODEL_BAD_SOURCE' })
    await expect(Classifier.load(nothing)).rejects.toMatchObject({ code: 'MODEL_BAD_SOURCE' })
  }
  await expect(loadModel('x', { expects: {} } as never)).rejects.toThrow(/Did you mean `expect`/)
  await expect(Classifier.load('x', { classnames: [] } as never)).rejects.toThrow(/Did you mean `classNames`/)
})

test('a network that TensorFlow.js cannot run is an error at the first image, and leaves no tensor', async () => {
  // Its sizes fit each other; nothing checks the number of values until it runs.
  const classifier = await Classifier.load(
    sequential(
      [16, 8, 1],
      [
        layer('Reshape', { name: 'r', target_shape: [4, 16, 1] }),
        layer('Permute', { name: 'p', dims: [2, 1, 3] }),
        layer('GlobalAveragePooling2D', { name: 'g' }),
        softmax,
      ],
      { 'out/kernel': [1, 2], 'out/bias': [2] },
    ),
    { classNames: ['a', 'b'] },
  )
  const { numTensors } = memory()
  const pixels = { data: new Uint8Array(128), width: 8, height: 16, channels: 1 } as const
  await expect(classifier.classify(pixels)).rejects.toMatchObject({ code: 'MODEL_NOT_RUNNABLE' })
  expect(memory().numTensors).toBe(numTensors)
  await classifier.dispose()
})
