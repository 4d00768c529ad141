import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { jsonText } from './json-text.ts'

const options = { operation: 'Writing x', code: 'X_NOT_FINITE' }

test.each<[string, number, unknown]>([
  ['loss', Number.NaN, { loss: Number.NaN }],
  ['test.loss', Infinity, { test: { loss: Infinity } }],
  ['history.1.loss', -Infinity, { history: [{ loss: 1 }, { loss: -Infinity }] }],
  ['1', Number.NaN, [1, Number.NaN]],
])('%s = %d is an error that names it', (path, value, object) => {
  expect(() => jsonText(object, options)).toThrow(
    expect.objectContaining({
      code: 'X_NOT_FINITE',
      message: `Writing x: \`${path}\` is ${value}, which JSON cannot hold. Check the data for extreme values, and lower the learning rate.`,
    }),
  )
})

property.prop([fc.jsonValue(), fc.integer({ min: 0, max: 3 })])(
  'any other value is written as JSON.stringify does',
  (value, indent) => {
    expect(jsonText(value, { ...options, indent })).toBe(JSON.stringify(value, null, indent))
  },
)

test('null and undefined keep their meaning', () => {
  expect(jsonText({ free: null, unknown: undefined }, options)).toBe('{"free":null}')
})
