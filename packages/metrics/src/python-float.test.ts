import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { fixture } from '../test/fixture.ts'
import { padStart, pythonFixed, pythonRepr } from './python-float.ts'

const { floats } = fixture<{ floats: { value: number; repr: string; digits: number; fixed: string }[] }>(
  'score-cases',
)

test('writes 450 floats as Python wrote them', () => {
  expect(floats.length).toBeGreaterThan(400)
  for (const { value, repr, digits, fixed } of floats) {
    expect(pythonRepr(value)).toBe(repr)
    expect(pythonFixed(value, digits)).toBe(fixed)
  }
})

const decimals = 100
// every exact tie is a multiple of 1/2^n; toFixed differs there alone
property.prop([fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.nat(20)])(
  'equals toFixed off the ties',
  (value, digits) => {
    fc.pre(!/^50*$/.test(value.toFixed(decimals).slice(digits - decimals)) && !Object.is(value, -0))
    expect(pythonFixed(value, digits).replace(/^-(0\.?0*)$/, '$1')).toBe(
      value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1'),
    )
  },
)

property.prop([fc.double()])('repr reads back the same', (value) => {
  expect(Number(pythonRepr(value).replace('inf', 'Infinity'))).toBe(value)
})

test.each([
  ['ab', 4, '  ab'],
  ['👟', 3, '  👟'],
  ['abc', 2, 'abc'],
])('pads %j by code points to %i', (text, width, expected) => {
  expect(padStart(text, width)).toBe(expected)
})
