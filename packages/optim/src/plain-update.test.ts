import { expect, test } from 'vitest'
import lookahead from '../test/fixtures/lookahead.json' with { type: 'json' }
import muonFixture from '../test/fixtures/muon.json' with { type: 'json' }
import fixture from '../test/fixtures/optimizers.json' with { type: 'json' }
import {
  advanceClock,
  definitionOf,
  initialSlots,
  muon,
  plainUpdate,
  resolveOptimizer,
  sgd,
  startClock,
  type FlatParameters,
  type Optimizer,
} from './index.ts'

/** Of the fixtures' shapes; others are vectors. */
const weightsOf = (names: readonly string[]) =>
  names.map((name) => ({ name, shape: name === 'kernel' ? [3, 2] : [4] }))

/** Options of Keras under the names here. */
function optimizerOf(name: string, options: object): Optimizer {
  const renamed = Object.entries(options).map(([key, value]) => [
    key === 'multipliers'
      ? 'rateMultipliers'
      : key === 'exclude'
        ? 'excludeFromWeightDecay'
        : key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    value === null ? 0 : (value as unknown),
  ])
  return resolveOptimizer({ name, ...Object.fromEntries(renamed) } as Optimizer, 'test')
}

function startAt(optimizer: Optimizer, weights: readonly (readonly number[])[]): FlatParameters {
  const offsets = [0]
  for (const { length } of weights) offsets.push((offsets.at(-1) as number) + length)
  const size = offsets.at(-1) as number
  const flat = Float32Array.from(weights.flat())
  return { weights: flat, gradients: new Float32Array(size), slots: initialSlots(optimizer, flat), offsets }
}

/** The largest difference, relative to the largest value. */
function difference(found: Float32Array, expected: readonly number[]): number {
  const largest = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((value, i) => Math.abs(value - (found[i] as number)))) / largest
}

test.each(Object.entries(fixture.cases))(
  `%s: ten steps and the slots after them within 3e-7 of Keras ${fixture.keras}'s, relative to the largest`,
  (name, { optimizer: options, weights, slots }) => {
    const optimizer = optimizerOf(name.split(' ')[0] as string, options)
    const parameters = startAt(optimizer, fixture.start)
    const update = plainUpdate(optimizer, weightsOf(fixture.names))
    const clock = startClock(optimizer)
    fixture.gradients.forEach((gradients, step) => {
      parameters.gradients.set(gradients.flat())
      update(parameters, advanceClock(clock, optimizer, optimizer.learningRate as number))
      const worst = difference(parameters.weights, (weights[step] as number[][]).flat())
      expect(worst).toBeLessThan(3e-7)
    })
    for (const [slot, found] of Object.entries(parameters.slots)) {
      const expected = ((slots as Record<string, number[][]>)[slot] ?? []).flat()
      // Keras has no velocity of a matrix that Muon updates: here it stays 0.
      const missing = found.length - expected.length
      expect([...found.subarray(0, missing)].every((value) => value === 0)).toBe(true)
      expect(difference(found.subarray(missing), expected)).toBeLessThan(3e-7)
    }
    expect(Object.keys(parameters.slots)).toEqual(expect.arrayContaining(Object.keys(slots)))
  },
)

test.each(lookahead.cases)(
  'lookahead every $steps steps by $rate: the weights of each of ten steps and the slow weights within 3e-7 of float64',
  ({ steps, rate, weights, slow }) => {
    const { learningRate } = lookahead
    const optimizer = sgd({ learningRate, lookaheadSteps: steps, lookaheadAlpha: rate })
    const parameters = startAt(optimizer, fixture.start)
    const update = plainUpdate(optimizer, weightsOf(fixture.names))
    const clock = startClock(optimizer)
    fixture.gradients.forEach((gradients, step) => {
      parameters.gradients.set(gradients.flat())
      update(parameters, advanceClock(clock, optimizer, learningRate))
      expect(difference(parameters.weights, weights[step] as number[])).toBeLessThan(3e-7)
    })
    expect(Object.keys(parameters.slots)).toEqual(['slow'])
    expect(difference(parameters.slots['slow'] as Float32Array, slow)).toBeLessThan(3e-7)
  },
)

test('lookahead and averages both: the averages are those of the weights that lookahead leaves', () => {
  const optimizer = sgd({ lookaheadSteps: 1, lookaheadAlpha: 0.5, useEma: true, emaMomentum: 0.5 })
  const parameters = startAt(optimizer, [[1]])
  const update = plainUpdate(optimizer, weightsOf(['a']))
  const clock = startClock(optimizer)
  const seen = [1, 2].map((gradient) => {
    parameters.gradients[0] = gradient
    update(parameters, advanceClock(clock, optimizer, 1))
    return [parameters.weights[0], parameters.slots['average']?.[0]]
  })
  // 1 - 1 = 0, half of the way from 1 to 0; then 0.5 - 2 = -1.5, half of the way from 0.5.
  expect(seen).toEqual([
    [0.5, 0.5],
    [-0.5, 0],
  ])
})

test('a gradient of zeros is clipped to zeros, not to NaN', () => {
  for (const optimizer of [sgd({ clipnorm: 1 }), sgd({ globalClipnorm: 1 }), sgd({ clipvalue: 1 })]) {
    const parameters = startAt(optimizer, [[1], [2]])
    plainUpdate(optimizer, weightsOf(['a', 'b']))(parameters, [0.1])
    expect([...parameters.weights]).toEqual([1, 2])
  }
})

test.each(muonFixture.cases)(
  'muon of a weight of shape $shape: ten steps within 3e-7 of float64, relative to the largest',
  ({ shape, start, gradients, weights }) => {
    const { learningRate } = muonFixture
    const optimizer = muon({ learningRate, convolutions: true })
    const parameters = startAt(optimizer, [start])
    const update = plainUpdate(optimizer, [{ name: 'layer/kernel', shape }])
    const clock = startClock(optimizer)
    gradients.forEach((gradient, step) => {
      parameters.gradients.set(gradient)
      update(parameters, advanceClock(clock, optimizer, learningRate))
      expect(difference(parameters.weights, weights[step] as number[])).toBeLessThan(3e-7)
    })
  },
)

test('muon updates a kernel of a convolution by AdamW unless `convolutions` is given, and a vector always', () => {
  const shape = [3, 3, 2, 4]
  const { matrices } = definitionOf(muon())
  expect(matrices?.of(muon(), { name: 'conv2d/kernel', shape })).toBeUndefined()
  const all = muon({ convolutions: true })
  expect(matrices?.of(all, { name: 'conv2d/kernel', shape })).toEqual({
    height: 18,
    width: 4,
    transposed: false,
  })
  expect(matrices?.of(all, { name: 'dense/kernel', shape: [4, 18] })).toEqual({
    height: 18,
    width: 4,
    transposed: true,
  })
  for (const name of ['dense/bias', 'depthwise_conv2d/depthwise_kernel'])
    expect(matrices?.of(all, { name, shape: name.endsWith('bias') ? [4] : shape })).toBeUndefined()
})
