import { layers, sequential } from '@tensorflow/tfjs-layers'
import { createMemory } from '@treadle/kernels'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileInference } from './index.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

test.each([Number.NaN, Infinity])(
  'a weight of %s gives NaN for a zero too, until it is mended',
  async (bad) => {
    const model = sequential({ layers: [layers.dense({ inputShape: [3], units: 16 })] })
    const program = await compileInference(model, { host: createMemory({ shared: false }) })
    const kernel = Float32Array.from({ length: 48 }, (_, i) => i / 48)
    const bias = new Float32Array(16)
    const inputs = Float32Array.of(0, 1, 2)
    program.writeWeights([kernel, bias])
    const whole = await program.run(inputs, 1)
    expect(whole.every(Number.isFinite)).toBe(true)
    program.writeWeights([kernel.with(0, bad), bias])
    const broken = await program.run(inputs, 1)
    expect(broken[0]).toBeNaN()
    expect(broken.slice(1)).toEqual(whole.slice(1))
    program.writeWeights([kernel, bias])
    expect(await program.run(inputs, 1)).toEqual(whole)
    program.dispose()
    model.dispose()
  },
)

test('kernels that are transformed once follow the weights', async () => {
  const convolution = { filters: 16, kernelSize: 3, padding: 'same', useBias: false } as const
  const model = sequential({ layers: [layers.conv2d({ ...convolution, inputShape: [8, 8, 16] })] })
  const program = await compileInference(model, { host: createMemory({ shared: false }), batchSize: 2 })
  expect(program.describe().rows.some(({ instruction }) => instruction === 'winogradWeights')).toBe(true)
  const kernel = Float32Array.from({ length: 9 * 16 * 16 }, (_, i) => Math.fround(Math.sin(i)))
  const inputs = Float32Array.from({ length: 3 * 8 * 8 * 16 }, (_, i) => Math.fround(Math.cos(i)))
  program.writeWeights([kernel])
  const once = await program.run(inputs, 3)
  program.writeWeights([kernel.map((v) => 2 * v)])
  expect(await program.run(inputs, 3)).toEqual(once.map((v) => 2 * v))
  expect(once.some((v) => v !== 0)).toBe(true)
  program.dispose()
  model.dispose()
})
