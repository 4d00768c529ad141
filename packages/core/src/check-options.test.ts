import { expect, test } from 'vitest'
import { checkOptions } from './check-options.ts'

const known = ['epochs', 'batchSize', 'seed']
const hints = { shuffle: 'Every epoch shuffles the samples.' }

test.each<[unknown, string, string]>([
  [{ epoch: 3 }, 'CORE_UNKNOWN_OPTION', 'fit: there is no option `epoch`. Did you mean `epochs`?'],
  [
    { shuffle: true },
    'CORE_UNKNOWN_OPTION',
    'fit: there is no option `shuffle`. Every epoch shuffles the samples.',
  ],
  [
    { zzz: undefined },
    'CORE_UNKNOWN_OPTION',
    'fit: there is no option `zzz`. The options are epochs, batchSize, seed.',
  ],
  [null, 'CORE_BAD_OPTIONS', 'fit: the options (=null) must be an object, such as { epochs: … }.'],
  [[1], 'CORE_BAD_OPTIONS', 'fit: the options (=[1]) must be an object, such as { epochs: … }.'],
])('%j is an error', (given, code, message) => {
  expect(() => checkOptions('fit', given, known, hints)).toThrow(expect.objectContaining({ code, message }))
})

test.each<[unknown, string]>([
  [{ epochs: '3' }, 'fit: `epochs` (="3") must be a number.'],
  [{ epochs: null }, 'fit: `epochs` (=null) must be a number.'],
  [{ name: 5 }, 'fit: `name` (=5) must be a string.'],
  [{ signal: {} }, 'fit: `signal` (={}) must be an AbortSignal.'],
  [{ onEvent: true }, 'fit: `onEvent` (=true) must be a function.'],
  [{ force: 1 }, 'fit: `force` (=1) must be true or false.'],
  [{ units: 'ab' }, 'fit: `units` (="ab") must be a list.'],
  [{ runtime: 5n }, 'fit: `runtime` (=5) must be an object.'],
])('%o has a value of another kind', (given, message) => {
  const kinds = {
    epochs: 'number',
    name: 'string',
    signal: 'signal',
    onEvent: 'function',
    force: 'boolean',
    units: 'list',
    runtime: 'object',
  } as const
  expect(() => checkOptions('fit', given, kinds)).toThrow(
    expect.objectContaining({ code: 'CORE_BAD_OPTION', message }),
  )
})

test.each([
  ['Map', new Map()],
  ['Promise', Promise.resolve({})],
  ['Date', new Date(0)],
  ['Uint8Array', new Uint8Array(1)],
])('a %s is no object of options', (name, given) => {
  expect(() => checkOptions('fit', given, known)).toThrow(
    `fit: the options (=an instance of ${name}) must be an object, such as { epochs: … }.`,
  )
})

const check = (binaries: unknown) =>
  checkOptions('load', { binaries }, { binaries: { kernels: 'any', name: 'string' } })

test('options within options are checked by name and kind', () => {
  expect(() => check({ kernel: 'x' })).toThrow(
    'load: binaries: there is no option `kernel`. Did you mean `kernels`?',
  )
  expect(() => check({ name: 5 })).toThrow('load: binaries: `name` (=5) must be a string.')
  expect(() => check('x')).toThrow('load: binaries: the options (="x") must be an object')
  expect(() => check({ kernels: 5 })).not.toThrow()
  expect(() => check(undefined)).not.toThrow()
})

test('values of their kinds pass', () => {
  const given = { epochs: Number.NaN, name: '', signal: AbortSignal.abort(), units: [], runtime: new Map() }
  checkOptions(
    'fit',
    { ...given, other: Symbol('x'), absent: undefined },
    {
      epochs: 'number',
      name: 'string',
      signal: 'signal',
      units: 'list',
      runtime: 'object',
      other: 'any',
      absent: 'boolean',
    },
  )
})

test('known options pass', () => {
  checkOptions('fit', { epochs: 1, seed: undefined }, known)
})
