import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { isTreadleError } from '@treadle/core'
import { decodeTrainingState, encodeTrainingState } from './codec.ts'
import type { TrainingState } from './state.ts'

const floats = fc.array(fc.float(), { maxLength: 5 }).map((values) => Float32Array.from(values))
const arrays = fc.array(floats, { maxLength: 12 })
const figures = fc.array(fc.double(), { maxLength: 3 })

const state: fc.Arbitrary<TrainingState> = fc
  .record({
    weights: arrays,
    momentum: arrays,
    velocity: arrays,
    best: fc.option(
      fc.record(
        { epoch: fc.nat(), monitor: fc.constant('val_loss' as const), value: fc.double(), weights: arrays },
        { noNullPrototype: true },
      ),
      {
        nil: undefined,
      },
    ),
    wait: fc.nat(),
    name: fc.string(),
    epoch: fc.nat(),
    firstEpoch: fc.nat(),
    step: fc.nat(),
    powers: fc.tuple(fc.double(), fc.double()),
    sums: fc.record({ loss: fc.double(), metric: fc.double(), samples: fc.nat() }, { noNullPrototype: true }),
    loss: figures,
    accuracy: figures,
  })
  .map(({ momentum, velocity, best, name, powers, loss, accuracy, ...rest }) => ({
    ...rest,
    ...(best && { best }),
    slots: { ...(momentum.length && { momentum }), ...(velocity.length && { velocity }) },
    model: [{ name, shape: [2, 3], trainable: true }],
    executor: 'eager',
    settings: { seed: '1', note: name },
    clock: { iterations: 7, beta1Power: powers[0], beta2Power: powers[1] },
    history: { loss, accuracy },
  }))

test.prop([state])('decode inverts encode, NaN and −0 included', (original) => {
  expect(decodeTrainingState(encodeTrainingState(original))).toStrictEqual(original)
})

test.prop([state, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })])(
  'any shorter file is an error',
  (original, part) => {
    const bytes = encodeTrainingState(original)
    expectRefused(bytes.subarray(0, Math.floor(bytes.length * part)))
  },
)

test.prop([state, fc.nat(), fc.integer({ min: 1, max: 255 })])(
  'a file with one byte changed is an error',
  (original, at, change) => {
    const bytes = encodeTrainingState(original)
    const index = at % bytes.length
    bytes[index] = (bytes[index] as number) ^ change
    expectRefused(bytes)
  },
)

test.prop([fc.uint8Array({ maxLength: 300 })])('arbitrary bytes are an error', (bytes) =>
  expectRefused(bytes),
)

test.prop([state, fc.constantFrom('epoch', 'step', 'wait')])(
  'a count that is not finite is not written',
  (original, field) => {
    expect(() => encodeTrainingState({ ...original, [field]: Number.NaN })).toThrow(`\`${field}\` is NaN`)
  },
)

function expectRefused(bytes: Uint8Array): void {
  let met: unknown
  try {
    decodeTrainingState(bytes)
  } catch (error) {
    met = error
  }
  expect(isTreadleError(met) && met.code).toBe('TRAINER_BAD_STATE')
}
