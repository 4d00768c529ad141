import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { show } from './show.ts'

const circular: Record<string, unknown> = {}
circular['self'] = [circular]
let deep: unknown = 1
for (let i = 0; i < 100_000; i++) deep = [deep]

test.each<[unknown, string]>([
  ['a "b"', '"a \\"b\\""'],
  [Number.NaN, 'NaN'],
  [-0, '0'],
  [5n, '5'],
  [undefined, 'undefined'],
  [null, 'null'],
  [Symbol('x'), 'Symbol(x)'],
  [[1, 'x', [null]], '[1,"x",[null]]'],
  [{ a: { b: undefined } }, '{"a":{"b":undefined}}'],
  [Object.create(null), '{}'],
  [new Map(), 'an instance of Map'],
  [{ constructor: 5 }, '{"constructor":5}'],
  [show, 'function show'],
  [() => 5, 'function'],
  [circular, '{"self":[{"self":[…]}]}'],
  [deep, '[[[[…]]]]'],
  ['x'.repeat(100_000), `"${'x'.repeat(76)}…`],
])('%# shows a value', (value, text) => {
  expect(show(value)).toBe(text)
})

property.prop([fc.anything()])('never throws, and stays short', (value) => {
  expect(show(value).length).toBeLessThanOrEqual(80)
})
