import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { createMemory } from '@treadle/kernels'
import { adam, adamW, advanceClock, sgd, startClock, type Optimizer } from '@treadle/optim'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as arena from '../src/arena.ts'
import { compileInference, compileTraining } from '../src/index.ts'
import type { LossName } from '@treadle/keras'
import { touched } from '../src/schedule.ts'
import type { Storage } from '../src/storage.ts'

/** Bytes around every storage that no instruction may write to. */
const GUARD = 256
const CANARY = 0xa5

/** Of the program compiled last. */
let laidOut: readonly Storage[] = []

/** One storage after the other, none in the room of another, with guards between them. */
const planGuarded: typeof arena.planArena = (phases, persistent) => {
  const used = phases.flat().flatMap((operation) => touched(operation).map(({ storage }) => storage.root))
  let bytes = GUARD
  laidOut = [...new Set([...persistent, ...used])]
  for (const storage of laidOut) {
    storage.address = bytes
    bytes = Math.ceil((bytes + storage.bytes + GUARD) / 64) * 64
  }
  return { bytes, unshared: bytes, storages: [...laidOut] }
}

let runtime: Runtime
beforeAll(async () => {
  vi.spyOn(arena, 'planArena').mockImplementation(planGuarded)
  runtime = await startRuntime({ threads: 1 })
})
afterAll(async () => {
  vi.restoreAllMocks()
  await runtime.dispose()
})

/** What lies before the first storage, between two, and after the last. */
function guards(memory: WebAssembly.Memory): Uint8Array[] {
  return laidOut.map((storage) => new Uint8Array(memory.buffer, storage.address + storage.bytes, GUARD - 64))
}

function expectWhole(memory: WebAssembly.Memory): void {
  expect(laidOut).not.toHaveLength(0)
  const broken = guards(memory).flatMap((guard, i) => {
    const at = guard.findIndex((byte) => byte !== CANARY)
    return at < 0 ? [] : [`byte ${at} behind ${laidOut[i]?.name}`]
  })
  expect(broken).toEqual([])
}

/** Whether a row or column is one of the map, which begins at `before`. */
const isPixel = (at: number, before: number, size: number, step: number) =>
  at >= before && at < before + size && (at - before) % step === 0

/** Floats of borders checked so far. */
let zeros = 0

/** What lies around the pixels of maps whose borders are not cleared: `layout` names it. */
function expectZerosAround(memory: WebAssembly.Memory, batchSize: number): void {
  for (const { name, address, bytes, layout } of laidOut) {
    if (layout === undefined) continue
    const [height, width, channels, top, left, bottom, right, ...written] = layout.split(',').map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      ...number[],
    ]
    const [down = 1, across = 1, stored = channels] = written.length > 1 ? written : []
    const [rows, columns] = [top + height + bottom, left + width + right]
    const floats = new Float32Array(memory.buffer, address, bytes / 4)
    const others = floats.subarray(0, batchSize * rows * columns * channels).filter((_, i) => {
      const pixel = Math.floor(i / channels)
      const row = Math.floor(pixel / columns) % rows
      const inMap = isPixel(row, top, height, down) && isPixel(pixel % columns, left, width, across)
      return !inMap || i % channels >= stored
    })
    expect([name, others.findIndex((value) => value !== 0)]).toEqual([name, -1])
    zeros += others.length
  }
}
type Symbol = tfl.SymbolicTensor
const { layers } = tfl
const apply = (layer: { apply(input: never): unknown }, ...inputs: Symbol[]) =>
  layer.apply((inputs.length === 1 ? inputs[0] : inputs) as never) as Symbol

/** Layers along the last axis, in widths that are no multiples of four unless `units` is one. */
function everything(units: number, last: { units: number; activation: 'softmax' | 'sigmoid' | 'linear' }) {
  const input = tfl.input({ shape: [3, 5] })
  const dense = (size: number, activation?: 'relu' | 'tanh' | 'sigmoid') =>
    layers.dense({
      units: size,
      ...(activation && { activation }),
      kernelRegularizer: tfl.regularizers.l1l2({ l1: 1e-3, l2: 1e-3 }),
    })
  let x = apply(layers.batchNormalization(), apply(dense(units, 'relu'), input))
  x = apply(layers.dropout({ rate: 0.4 }), apply(dense(units, 'tanh'), x))
  x = apply(layers.spatialDropout1d({ rate: 0.4 }), x)
  const normal = apply(layers.layerNormalization(), apply(dense(units, 'sigmoid'), x))
  const product = apply(layers.multiply(), normal, apply(dense(1), x))
  const swapped = apply(layers.permute({ dims: [2, 1] }), apply(layers.permute({ dims: [2, 1] }), product))
  const most = apply(layers.maximum(), swapped, apply(layers.batchNormalization({ axis: 1 }), x))
  const sum = apply(layers.add(), x, apply(layers.average(), most, x))
  const joined = apply(layers.concatenate(), input, apply(layers.batchNormalization({ scale: false }), sum))
  const turned = apply(layers.reshape({ targetShape: [units + 5, 3] }), apply(layers.reLU(), joined))
  const soft = apply(layers.softmax({ axis: -1 }), apply(dense(units), turned))
  const flat = apply(layers.concatenate(), apply(layers.flatten(), soft), apply(layers.flatten(), input))
  return tfl.model({ inputs: input, outputs: apply(layers.dense(last), flat) })
}

/** Layers of maps on images of one row, in channels that are no multiples of four unless `units` is one. */
function maps(units: number, last: { units: number; activation: 'softmax' | 'sigmoid' | 'linear' }) {
  const channels = Math.min(units, 34)
  const input = tfl.input({ shape: [3, 5] })
  const image = apply(layers.reshape({ targetShape: [3, 5, 1] }), input)
  const same = { padding: 'same', activation: 'relu' } as const
  let x = apply(layers.conv2d({ filters: channels, kernelSize: 3, ...same }), image)
  x = apply(layers.conv2d({ filters: channels, kernelSize: [2, 3], dilationRate: [1, 2], ...same }), x)
  const normal = apply(layers.batchNormalization(), x)
  const few = apply(layers.conv2d({ filters: 3, kernelSize: 2, strides: 2, ...same }), normal)
  const wide = apply(layers.upSampling2d({ size: [2, 2] }), few)
  const cut = apply(
    layers.cropping2D({
      cropping: [
        [1, 0],
        [0, 1],
      ],
    }),
    wide,
  )
  const joined = apply(layers.concatenate(), cut, x)
  const parts = [
    apply(layers.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same' }), joined),
    apply(layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' }), joined),
    apply(layers.depthwiseConv2d({ kernelSize: 3, ...same }), joined),
  ]
  const sum = apply(layers.add(), ...parts)
  const padded = apply(layers.zeroPadding2d({ padding: 1 }), sum)
  const grown = apply(layers.conv2dTranspose({ filters: 5, kernelSize: 3, strides: 2, ...same }), padded)
  const separable = apply(layers.separableConv2d({ filters: 6, kernelSize: 3, strides: 2 }), grown)
  const ends = [
    apply(layers.globalMaxPooling2d({}), separable),
    apply(layers.globalAveragePooling2d({}), grown),
    apply(layers.flatten(), few),
  ]
  return tfl.model({
    inputs: input,
    outputs: apply(layers.dense(last), apply(layers.concatenate(), ...ends)),
  })
}

const optimizers: Record<string, Optimizer> = {
  adam: adam({ globalClipnorm: 1 }),
  adamW: adamW(),
  sgd: sgd({ momentum: 0.9, nesterov: true, clipnorm: 1 }),
}

const heads = [
  ['sparseCategoricalCrossentropy', { units: 3, activation: 'softmax' }],
  ['categoricalCrossentropy', { units: 7, activation: 'softmax' }],
  ['binaryCrossentropy', { units: 1, activation: 'sigmoid' }],
  ['meanSquaredError', { units: 2, activation: 'linear' }],
  ['meanAbsoluteError', { units: 2, activation: 'linear' }],
] as const satisfies readonly (readonly [LossName, object])[]

const networks = { everything, maps }

const cases = heads.flatMap(([loss, head], i) =>
  (['everything', 'maps'] as const).flatMap((network) =>
    [1, 8, 30, 130].flatMap((units) =>
      [1, 5, 32].map((batchSize) => {
        const optimizer = Object.keys(optimizers)[(i + batchSize) % 3] as string
        return { network, loss, head, units, batchSize, optimizer }
      }),
    ),
  ),
)

test.each(cases)(
  'no instruction writes outside of what it is given: $network, $loss, $units units, batch of $batchSize, $optimizer',
  async ({ network, loss, head, units, batchSize, optimizer }) => {
    const count = 2 * batchSize + Math.ceil(batchSize / 2)
    const steps = Math.ceil(count / batchSize)
    const model = networks[network](units, head)
    const host = createMemory({ shared: false })
    const options = { loss, batchSize, host, seed: 1, optimizer: optimizers[optimizer] as Optimizer }
    const training = await compileTraining(model, options)
    for (const guard of guards(host.memory)) guard.fill(CANARY)
    const sparse = loss === 'sparseCategoricalCrossentropy'
    training.bind({
      inputs: Float32Array.from({ length: count * 15 }, (_, i) => Math.sin(i)),
      targets: sparse
        ? Int32Array.from({ length: count }, (_, i) => i % head.units)
        : Float32Array.from({ length: count * head.units }, (_, i) => i % 2),
      weights: new Float32Array(count).fill(0.5),
      count,
    })
    const row = advanceClock(startClock(options.optimizer), options.optimizer, 0.01)
    const scalars = Float32Array.from(Array.from({ length: steps }, () => row).flat())
    const chunk = { epoch: 0, firstStep: 0, steps, scalars }
    const { losses } = await training.run(chunk)
    expect(losses.every(Number.isFinite)).toBe(true)
    expectWhole(host.memory)
    expectZerosAround(host.memory, batchSize)
    training.dispose()

    const inference = await compileInference(model, { host, batchSize })
    for (const guard of guards(host.memory)) guard.fill(CANARY)
    await inference.run(new Uint8Array(count * 15).fill(7), count)
    expectWhole(host.memory)
    expectZerosAround(host.memory, batchSize)
    inference.dispose()
    tf.dispose(model.weights.map((weight) => weight.read()))
  },
)

test('borders were among what was checked', () => {
  expect(zeros).toBeGreaterThan(1e5)
})
