import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { describeProblem, explainIssue, parseOptions, pathText, problemsOf } from './parse-options.ts'

const rate = z.discriminatedUnion('schedule', [
  z.strictObject({ schedule: z.literal('constant'), value: z.number() }),
  z.strictObject({ schedule: z.literal('cosine'), steps: z.int().check(z.gte(1)) }),
])
const schema = z.strictObject({
  epochs: z._default(z.int().check(z.gte(1), z.lte(100)), 10),
  name: z.optional(z.string()),
  loss: z.optional(z.enum(['mse', 'mae', 'huber'])),
  kind: z.optional(z.literal('only')),
  momentum: z.optional(z.number().check(z.gt(0), z.lt(1))),
  nesterov: z.optional(z.boolean()),
  units: z.optional(z.array(z.int()).check(z.minLength(1), z.maxLength(3))),
  rate: z.optional(z.union([z.number(), rate])),
  schedule: z.optional(rate),
  pair: z.optional(
    z
      .strictObject({ low: z.number(), high: z.number() })
      .check(z.refine(({ low, high }) => low < high, { error: 'must be less than `high`.', path: ['low'] })),
  ),
  word: z.optional(z.string().check(z.regex(/^a/, { error: 'it must begin with an a.' }))),
})
const read = (value: unknown) => parseOptions(schema, value, { operation: 'fit', code: 'X_BAD' })

test('fitting options are returned with their defaults', () => {
  expect(read({ name: 'x' })).toEqual({ epochs: 10, name: 'x' })
  expect(describeProblem(schema, { epochs: 3 })).toBeUndefined()
})

test.each([
  [3, 'the value (=3) must be an object.'],
  [{ epochs: 'x' }, '`epochs` (="x") must be a finite number.'],
  [{ epochs: 0 }, '`epochs` (=0) must be at least 1.'],
  [{ epochs: 101 }, '`epochs` (=101) must be at most 100.'],
  [{ name: 3 }, '`name` (=3) must be a string.'],
  [{ nesterov: 1 }, '`nesterov` (=1) must be true or false.'],
  [{ momentum: 0 }, '`momentum` (=0) must be greater than 0.'],
  [{ momentum: 1 }, '`momentum` (=1) must be less than 1.'],
  [{ units: 3 }, '`units` (=3) must be an array.'],
  [{ units: [] }, '`units` (=[]) must be at least 1 items long.'],
  [{ units: [1, 2, 3, 4] }, '`units` (=[1,2,3,4]) must be at most 3 items long.'],
  [{ units: [1, 'x'] }, '`units[1]` (="x") must be a finite number.'],
  [{ loss: 'hubr' }, `\`loss\` (="hubr") must be one of mse, mae, huber. Did you mean 'huber'?`],
  [{ loss: 7 }, '`loss` (=7) must be one of mse, mae, huber.'],
  [{ kind: 'any' }, '`kind` (="any") must be only.'],
  [{ epoch: 1 }, 'there is no field `epoch`. Did you mean `epochs`?'],
  [
    { schedule: { schedule: 'cosinus', steps: 1 } },
    '`schedule.schedule` (="cosinus") must be one of constant, cosine.',
  ],
  [{ schedule: { schedule: 'constant' } }, '`schedule.value` (=undefined) must be given.'],
  [
    { schedule: { schedule: 'constant', value: 1, steps: 1 } },
    '`schedule`: there is no field `steps`. The fields are schedule, value.',
  ],
  [{ rate: { schedule: 'cosine', steps: 0 } }, '`rate.steps` (=0) must be at least 1.'],
  [{ pair: { low: 2, high: 1 } }, '`pair.low` (=2) must be less than `high`.'],
  [{ word: 'b' }, '`word`: it must begin with an a.'],
])('%j: %s', (given, message) => {
  const text = expect.stringContaining(message)
  expect(() => read(given)).toThrow(expect.objectContaining({ code: 'X_BAD', message: text }))
  expect(() => read(given)).toThrow(/^fit: /)
  expect(describeProblem(schema, given)).toEqual(text)
})

test('paths are written as in JavaScript', () => {
  expect(pathText([])).toBe('')
  expect(pathText(['a', 'b', 0, 1, 'c'])).toBe('a.b[0][1].c')
  expect(pathText([2])).toBe('[2]')
})

const issue = (path: PropertyKey[], message: string) => ({ code: 'custom', path, message, input: 1 })

describe('problems of alternatives', () => {
  test('come from the alternative that came furthest', () => {
    const errors = [[issue([], 'must be a number.')], [issue(['a', 'b'], 'must be at least 1.')]]
    expect(problemsOf([{ code: 'invalid_union', path: ['x'], message: 'must be x.', errors }])).toEqual([
      { path: ['x', 'a', 'b'], rule: 'must be at least 1.', value: 1 },
    ])
  })

  test('a rule of the whole wins over alternatives that fail at once', () => {
    const errors = [[issue([], 'must be a number.')]]
    const whole = { code: 'invalid_union', path: ['x'], message: 'must be a or b.', input: { x: 5 }, errors }
    expect(problemsOf([whole])).toEqual([{ path: ['x'], rule: 'must be a or b.', value: 5 }])
    expect(problemsOf([{ ...whole, message: 'Invalid input' }])).toEqual([
      { path: ['x'], rule: 'must be a number.', value: 1 },
    ])
  })
})

test('issues of other kinds keep the words of the schema', () => {
  expect(explainIssue({ code: 'invalid_format' })).toBeUndefined()
  expect(explainIssue({ code: 'invalid_union' })).toBeUndefined()
})

test.each<[unknown, string]>([
  [
    { epochs: 2, momentum: Promise.resolve(0.9) },
    '`momentum` (=an instance of Promise) must be a value, not a promise: await it',
  ],
  [
    Object.defineProperty({}, 'epochs', {
      enumerable: true,
      get() {
        throw new Error('revoked')
      },
    }),
    'the options cannot be read: Error: revoked',
  ],
])(
  'options that zod cannot read, such as a promise or a getter that throws, are an error of options',
  (given, rule) => {
    const asynchronous = z.strictObject({
      epochs: z.optional(z.number()),
      momentum: z.optional(z.union([z.number(), z.any().check(z.refine(async () => true))])),
    })
    expect(() => parseOptions(asynchronous, given, { operation: 'fit', code: 'X_BAD' })).toThrow(
      expect.objectContaining({ code: 'X_BAD', message: expect.stringContaining(rule) as string }),
    )
  },
)

test('a revoked proxy is an error of options too', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  expect(() => read(proxy)).toThrow(expect.objectContaining({ code: 'X_BAD' }))
})
