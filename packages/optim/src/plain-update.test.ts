import { expect, test } from 'vitest'
import fixture from '../test/fixtures/optimizers.json' with { type: 'json' }
import {
  advanceClock,
  plainUpdate,
  resolveOptimizer,
  sgd,
  slotsOf,
  startClock,
  type FlatParameters,
  type Optimizer,
} from './index.ts'

/** Options of Keras under the names here. */
function optimizerOf(name: string, options: object): Optimizer {
  const renamed = Object.entries(options).map(([key, value]) => [
    key === 'exclude'
      ? 'excludeFromWeightDecay'
      : key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    value as unknown,
  ])
  return resolveOptimizer({ name, ...Object.fromEntries(renamed) } as Optimizer, 'test')
}

function startAt(optimizer: Optimizer, weights: readonly (readonly number[])[]): FlatParameters {
  const offsets = [0]
  for (const { length } of weights) offsets.push((offsets.at(-1) as number) + length)
  const size = offsets.at(-1) as number
  return {
    weights: Float32Array.from(weights.flat()),
    gradients: new Float32Array(size),
    slots: Object.fromEntries(
      Object.entries(slotsOf(optimizer)).map(([slot, value]) => [slot, new Float32Array(size).fill(value)]),
    ),
    offsets,
  }
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
    const update = plainUpdate(optimizer, fixture.names)
    const clock = startClock(optimizer)
    fixture.gradients.forEach((gradients, step) => {
      parameters.gradients.set(gradients.flat())
      update(parameters, advanceClock(clock, optimizer, optimizer.learningRate as number))
      const worst = difference(parameters.weights, (weights[step] as number[][]).flat())
      expect(worst).toBeLessThan(3e-7)
    })
    expect(Object.keys(parameters.slots).toSorted()).toEqual(Object.keys(slots).toSorted())
    for (const [slot, values] of Object.entries(slots as Record<string, number[][]>)) {
      expect(difference(parameters.slots[slot] as Float32Array, values.flat())).toBeLessThan(3e-7)
    }
  },
)

test('a gradient of zeros is clipped to zeros, not to NaN', () => {
  for (const optimizer of [sgd({ clipnorm: 1 }), sgd({ globalClipnorm: 1 }), sgd({ clipvalue: 1 })]) {
    const parameters = startAt(optimizer, [[1], [2]])
    plainUpdate(optimizer, ['a', 'b'])(parameters, [0.1])
    expect([...parameters.weights]).toEqual([1, 2])
  }
})
