import { expect, test } from 'vitest'
import { bytes, count, duration, plural, rate } from './format.ts'

test('numbers as people write them', () => {
  expect([0, 999, 18290, 1234567].map(count)).toEqual(['0', '999', '18,290', '1,234,567'])
  expect([plural(1, 'image'), plural(10000, 'image'), plural(2, 'class', 'classes')]).toEqual([
    '1 image',
    '10,000 images',
    '2 classes',
  ])
  expect([0.04, 9.94, 9.96, 59.4, 59.6, 65, 3599.7, 7380, Infinity].map(duration)).toEqual([
    '40 ms',
    '9.9 s',
    '10 s',
    '59 s',
    '1 min 00 s',
    '1 min 05 s',
    '1 h 00 min',
    '2 h 03 min',
    '…',
  ])
  expect([12, 1500, 26421880].map(bytes)).toEqual(['12 B', '1.5 kB', '26.4 MB'])
  expect([1874.4, 612, 61.25, 6, 0.05].map(rate)).toEqual(['1,874', '612', '61.3', '6', '0.05'])
})
