import '@tensorflow/tfjs-backend-cpu'
import { fc, test } from '@fast-check/vitest'
import { io } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { decodeWeights, weightsOfFile } from './decode-weights.ts'
import type { WeightSpec } from './model-json.ts'

const codes = { uint8: Uint8Array, uint16: Uint16Array } as const
const weight = fc.record({
  dtype: fc.constantFrom('float32', 'uint8', 'uint16'),
  words: fc.array(fc.nat(2 ** 16 - 1), { minLength: 1, maxLength: 20 }),
  scale: fc.double({ min: 2 ** -20, max: 4, noNaN: true }),
  min: fc.double({ min: -300, max: 300, noNaN: true }),
})

test.prop([fc.array(weight, { minLength: 1, maxLength: 5 })])(
  'floats, and weights quantized to one or two bytes, have the values that tfjs decodes',
  (drawn) => {
    const parts = drawn.map(({ dtype, words, scale, min }) => {
      const isFloat = dtype === 'float32'
      const bytes = isFloat ? Float32Array.from(words, (word) => word / 7) : codes[dtype].from(words)
      return { bytes, quantization: isFloat ? undefined : { dtype, scale, min }, size: words.length }
    })
    const specs = parts.map(({ quantization, size }, i) => ({
      name: `w${i}`,
      shape: [size],
      dtype: 'float32' as const,
      ...(quantization && { quantization }),
    })) as WeightSpec[]
    const all = parts.flatMap(({ bytes }) => [...new Uint8Array(bytes.buffer)])
    const data = Uint8Array.from(all).buffer

    const weights = weightsOfFile(specs, (name) => name)
    decodeWeights(weights?.values() ?? [], data, 'here')
    const expected = io.decodeWeights(data, specs)
    for (const { name } of specs) {
      expect(weights?.get(name)?.values).toEqual(expected[name]?.dataSync())
      expect(weights?.get(name)?.shape).toEqual(expected[name]?.shape)
      expected[name]?.dispose()
    }
  },
)

test.each<[string, Partial<WeightSpec>[]]>([
  ['half floats', [{ quantization: { dtype: 'float16' } as never }]],
  ['integers', [{ dtype: 'int32' }]],
  ['a name twice', [{}, {}]],
])('tfjs decodes %s', (_, specs) => {
  const whole = specs.map((spec): WeightSpec => ({ name: 'w', shape: [1], dtype: 'float32', ...spec }))
  expect(weightsOfFile(whole, (name) => name)).toBeUndefined()
})

test('weights of the optimizer, and those that the model does not have, are left out', () => {
  const specs = ['w', 'x', 'y'].map((name): WeightSpec => ({ name, shape: [1], dtype: 'float32' }))
  specs[1] = { ...specs[1], group: 'optimizer' } as WeightSpec
  const weights = weightsOfFile(specs, (name) => (name === 'w' ? undefined : name))
  decodeWeights(weights?.values() ?? [], Float32Array.of(1, 2, 3).buffer, 'here')
  expect([...(weights ?? [])].map(([name, { values }]) => [name, ...values])).toEqual([['y', 3]])
})

test('a value that is not finite is an error with the name of the weight', () => {
  const weights = weightsOfFile([{ name: 'w', shape: [2], dtype: 'float32' }], (name) => name)
  expect(() => decodeWeights(weights?.values() ?? [], Float32Array.of(1, NaN).buffer, 'here')).toThrowError(
    expect.objectContaining({ code: 'MODEL_NOT_FINITE', message: expect.stringContaining('w') }),
  )
})
