import { isTreadleError } from '@treadle/core'
import { fc } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { exampleRecord } from '../../test/example-record.ts'
import { parseRecipe } from '../recipe/parse.ts'
import { filterRuns, sortRuns } from './query.ts'
import type { RunSummary } from './summary.ts'

function run(name: string, accuracy: number | undefined, optimizer = 'adam'): RunSummary {
  const recipe = parseRecipe({ model: 'wide-and-deep', optimizer, training: { epochs: 3 } })
  const { test: _, ...record } = exampleRecord({ recipe })
  return {
    location: `/runs/${name}`,
    state: accuracy === undefined ? 'interrupted' : 'done',
    record: { ...record, ...(accuracy !== undefined && { test: { accuracy, loss: 1 - accuracy } }) },
    epochs: 3,
    best: { loss: 0.25, val_accuracy: 0.5 },
  }
}

const runs: RunSummary[] = [
  run('one', 0.7),
  run('two', 0.9, 'sgd'),
  run('three', undefined, 'sgd'),
  { location: '/runs/four', state: 'damaged', problem: 'no record' },
]
const names = (some: readonly RunSummary[]) => some.map(({ location }) => location.slice('/runs/'.length))

describe('filterRuns', () => {
  test.each([
    ['accuracy > 0.7', ['two']],
    ['accuracy>=0.7', ['one', 'two']],
    ['test.loss < 0.2', ['two']],
    ['state != done', ['three', 'four']],
    ['optimizer.name = sgd', ['two', 'three']],
    ['optimizer.name = sgd and accuracy > 0', ['two']],
    ['accuracy > 0.8 or state = damaged', ['two', 'four']],
    ['name = one or name = two and accuracy > 0.95', ['one']],
    ['(name = one or name = two) and accuracy > 0.8', ['two']],
    ['name ~ O', ['one', 'two', 'four']],
    ['model = "wide-and-deep"', ['one', 'two', 'three']],
    ["data = 'Fashion-MNIST' AND epochs = 3.0", ['one', 'two', 'three']],
    ['best.val_accuracy = 0.5', ['one', 'two', 'three']],
    ['test.constructor = 1', []],
    ['data.size = auto', ['one', 'two', 'three']],
  ])('%s', (expression, expected) => {
    expect(names(filterRuns(runs, expression))).toEqual(expected)
  })

  test.each([
    ['', /a field is expected at the end/],
    ['accuracy', /an operator .* is expected at the end/],
    ['accuracy >', /a value is expected at the end/],
    ['accuracy > 0.8 state = done', /`and` or `or` is expected before state/],
    ['(accuracy > 0.8', /a closing parenthesis is missing/],
    ['accurracy > 0.8', /no field accurracy. Did you mean accuracy\?/],
    ['optimizer.nam = adam', /no field optimizer.nam. Did you mean optimizer.name\?/],
    ['__proto__ = 1', /no field __proto__/],
    ['"accuracy > 0.8', /cannot be read from/],
    [`${'('.repeat(60)}name = one`, /more than 50 parentheses/],
    ['x'.repeat(20_000), /longer than/],
  ])('refuses %j', (expression, message) => {
    expect(() => filterRuns(runs, expression)).toThrow(message)
  })

  test('any text is a filter or a typed error', () => {
    const part = fc.constantFrom(
      'accuracy',
      '>',
      '=',
      '~',
      '0.5',
      'and',
      'or',
      '(',
      ')',
      '"',
      "'",
      ' ',
      'name',
      '!',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join(' ')),
    )
    fc.assert(
      fc.property(text, (expression) => {
        try {
          expect(runs).toEqual(expect.arrayContaining(filterRuns(runs, expression)))
        } catch (error) {
          if (!isTreadleError(error)) throw error
          expect(error.code).toBe('EXPERIMENT_BAD_QUERY')
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('sortRuns', () => {
  test('runs without the field come last in both orders', () => {
    expect(names(sortRuns(runs, 'accuracy'))).toEqual(['one', 'two', 'three', 'four'])
    expect(names(sortRuns(runs, '-accuracy'))).toEqual(['two', 'one', 'three', 'four'])
    expect(names(sortRuns(runs, '-name'))).toEqual(['two', 'three', 'one', 'four'])
  })

  test('refuses an unknown field', () => {
    expect(() => sortRuns(runs, '-acuracy')).toThrow(/no field acuracy. Did you mean accuracy/)
  })
})
