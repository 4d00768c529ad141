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

test('known options pass', () => {
  checkOptions('fit', { epochs: 1, seed: undefined }, known)
})
