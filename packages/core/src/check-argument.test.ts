import { runInNewContext } from 'node:vm'
import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { checkArgument, type Shape } from './check-argument.ts'
import { isTreadleError } from './error.ts'

const run: Shape = { seed: 'number', history: { loss: ['number'], 'note?': 'string' }, values: 'numbers' }
const good = { seed: 1, history: { loss: [1, 2] }, values: new Float32Array(2), other: 5 }

test.each<[unknown, Shape]>([
  [[0, 1], 'numbers'],
  [Uint8Array.of(1), 'numbers'],
  [runInNewContext('new Uint8Array(2)'), 'numbers'],
  [[], [run]],
  [[good, { ...good, history: { loss: [], note: 'x' } }], [run]],
  [[[1], new Float32Array(1)], ['numbers']],
  [{ a: 1 }, 'record'],
  [Object.create(null), 'record'],
])('%o has the shape %j', (value, shape) => {
  expect(() => checkArgument('f', 'x', value, shape)).not.toThrow()
})

test.each<[unknown, Shape, string]>([
  [5, 'numbers', 'f: `x` (=5) must be a list of numbers or a typed array.'],
  [undefined, 'numbers', 'f: `x` (=undefined) must be a list of numbers or a typed array.'],
  ['12', 'numbers', 'f: `x` (="12") must be a list of numbers or a typed array.'],
  [() => 1, 'numbers', 'f: `x` (=function) must be a list of numbers or a typed array.'],
  [new Map(), 'record', 'f: `x` (=an instance of Map) must be an object.'],
  [[], 'record', 'f: `x` (=[]) must be an object.'],
  [null, run, 'f: `x` (=null) must be an object.'],
  [{}, run, 'f: `x.seed` (=undefined) must be a number.'],
  [new Set([good]), [run], 'f: `x` (=an instance of Set) must be a list.'],
  [[good, 5], [run], 'f: `x[1]` (=5) must be an object.'],
  // oxlint-disable-next-line no-sparse-arrays
  [[, good], [run], 'f: `x[0]` (=undefined) must be an object.'],
  [{ ...good, history: { loss: [1, '2'] } }, run, 'f: `x.history.loss[1]` (="2") must be a number.'],
  [{ ...good, history: { loss: [], note: 5 } }, run, 'f: `x.history.note` (=5) must be a string.'],
])('%o is no %j', (value, shape, message) => {
  expect(() => checkArgument('f', 'x', value, shape)).toThrow(
    expect.objectContaining({ code: 'CORE_BAD_ARGUMENT', message }),
  )
})

test('the code may be that of the package', () => {
  expect(() => checkArgument('f', 'x', 5, 'string', 'IMAGE_BAD_PICTURE')).toThrow(
    expect.objectContaining({ code: 'IMAGE_BAD_PICTURE' }),
  )
})

property.prop([fc.anything({ withNullPrototype: true, withTypedArray: true, withBigInt: true })])(
  'no value makes it throw another error',
  (value) => {
    for (const shape of [run, [run], 'record', 'numbers', 'signal'] as const) {
      try {
        checkArgument('f', 'x', value, shape)
      } catch (error) {
        expect(isTreadleError(error), String(error)).toBe(true)
      }
    }
  },
)
