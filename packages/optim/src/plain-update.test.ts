import { expect, test } from 'vitest'
import fixture from '../test/fixtures/optimizers.json' with { type: 'json' }
import {
  adam,
  adamW,
  advanceClock,
  plainUpdate,
  sgd,
  slotNames,
  startClock,
  type Optimizer,
} from './index.ts'

/** Figures of Keras's own optimizers; scripts/optimizer_fixtures.py makes them. */
const keysHere: Record<string, string> = {
  learning_rate: 'learningRate',
  beta_1: 'beta1',
  beta_2: 'beta2',
  weight_decay: 'weightDecay',
  global_clipnorm: 'globalClipnorm',
}

function optimizerOf(name: string, options: Record<string, unknown>): Optimizer {
  const make = { sgd, adam, adamW }[name.split(' ')[0] as 'sgd' | 'adam' | 'adamW']
  return make(
    Object.fromEntries(Object.entries(options).map(([key, value]) => [keysHere[key] ?? key, value])),
  )
}

test.each(Object.entries(fixture.cases))(
  `%s: ten steps within 2e-7 of Keras ${fixture.keras}'s, relative to the largest weight`,
  (name, { optimizer: options, weights }) => {
    const optimizer = optimizerOf(name, options)
    const start = fixture.start.flat()
    const offsets = [0, (fixture.start[0] as number[]).length, start.length]
    const parameters = {
      weights: Float32Array.from(start),
      gradients: new Float32Array(start.length),
      slots: Object.fromEntries(slotNames(optimizer).map((slot) => [slot, new Float32Array(start.length)])),
      offsets,
    }
    const update = plainUpdate(optimizer)
    const clock = startClock(optimizer)
    const largest = Math.max(...start.map(Math.abs))
    fixture.gradients.forEach((gradients, step) => {
      parameters.gradients.set(gradients.flat())
      const learningRate = optimizer.learningRate as number
      update(parameters, advanceClock(clock, optimizer, learningRate), Math.fround(learningRate))
      const expected = (weights[step] as number[][]).flat()
      const worst =
        Math.max(...expected.map((w, i) => Math.abs(w - (parameters.weights[i] as number)))) / largest
      expect(worst).toBeLessThan(2e-7)
    })
  },
)

test('a gradient of zeros is clipped to zeros, not to NaN', () => {
  for (const optimizer of [sgd({ clipnorm: 1 }), sgd({ globalClipnorm: 1 })]) {
    const parameters = {
      weights: Float32Array.of(1, 2),
      gradients: new Float32Array(2),
      slots: {},
      offsets: [0, 1, 2],
    }
    plainUpdate(optimizer)(parameters, 0.1, 0.1)
    expect([...parameters.weights]).toEqual([1, 2])
  }
})

test.each([
  ['learningRate', () => adam({ learningRate: -1 })],
  ['learningRate', () => sgd({ learningRate: Number.NaN })],
  ['beta1', () => adam({ beta1: 1 })],
  ['epsilon', () => adam({ epsilon: 0 })],
  ['momentum', () => sgd({ momentum: 1.5 })],
  ['weightDecay', () => adamW({ weightDecay: -0.1 })],
  ['globalClipnorm', () => adam({ clipnorm: 1, globalClipnorm: 1 })],
])('a bad %s is refused', (key, make) => {
  expect(make).toThrow(
    expect.objectContaining({ code: 'TRAINER_BAD_OPTIMIZER', message: expect.stringContaining(key) }),
  )
})
