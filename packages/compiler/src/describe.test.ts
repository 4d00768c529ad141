import * as tfl from '@tensorflow/tfjs-layers'
import { createMemory } from '@treadle/kernels'
import { sgd } from '@treadle/optim'
import { startRuntime } from '@treadle/runtime'
import { expect, test } from 'vitest'
import { compileTraining } from './index.ts'

test('a plan shows every instruction, its shapes and, once profiled, its time', async () => {
  const runtime = await startRuntime({ threads: 1 })
  const model = tfl.sequential({
    layers: [
      tfl.layers.dense({ name: 'hidden', inputShape: [8], units: 30, activation: 'relu' }),
      tfl.layers.dense({ name: 'out', units: 1 }),
    ],
  })
  const program = await compileTraining(model, {
    host: createMemory({ shared: false }),
    batchSize: 32,
    seed: 0,
    loss: 'meanSquaredError',
    optimizer: sgd(),
  })
  const { rows, shards, meetings, flops } = program.describe()
  expect(shards).toBe(1)
  expect(meetings).toBe(0)
  expect(rows.find(({ layer, instruction }) => layer === 'hidden' && instruction === 'gemm')).toMatchObject({
    shape: '32×8 · 8×32',
    flops: 2 * 32 * 8 * 32,
    serial: true,
  })
  expect(rows.reduce((sum, row) => sum + row.flops, 0)).toBe(flops)
  expect(rows[0]).not.toHaveProperty('microseconds')
  program.bind({ inputs: new Float32Array(64 * 8), targets: new Float32Array(64), count: 64 })
  const before = program.readWeights()
  program.profile(0, 2)
  expect(program.readWeights()).toEqual(before)
  expect(program.describe().rows.every(({ microseconds }) => (microseconds as number) >= 0)).toBe(true)
  program.dispose()
  await runtime.dispose()
})

test('a plan shows layouts with borders and padding, and how convolutions are computed', async () => {
  const runtime = await startRuntime({ threads: 1 })
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ name: 'map', inputShape: [8, 9, 1], filters: 6, kernelSize: 3, padding: 'same' }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 2, activation: 'softmax' }),
    ],
  })
  const program = await compileTraining(model, {
    host: createMemory({ shared: false }),
    batchSize: 4,
    seed: 0,
    loss: 'sparseCategoricalCrossentropy',
    optimizer: sgd(),
  })
  const rows = program.describe().rows.filter(({ layer }) => layer === 'map')
  const find = (name: string) => rows.find(({ instruction }) => instruction === name)
  // One channel is not padded, six are padded to eight; the border is one pixel.
  expect(find('convolve')).toMatchObject({ layout: 'x 10×11×1, y 8×9×8', method: 'direct' })
  expect(find('convolveWeights')).toMatchObject({ layout: 'x 10×11×1, dy 8×9×8', method: 'direct' })
  expect(find('place')?.method).toBeUndefined()
  expect(find('finishLoss')).toBeUndefined()
  expect(program.describe().rows[0]).toMatchObject({ instruction: 'gatherBytes', layout: '8×12' })
  program.dispose()
  await runtime.dispose()
})
