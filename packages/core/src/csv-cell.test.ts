import { expect, test } from 'vitest'
import { csvCell } from './csv-cell.ts'

test.each(['=1+1', '+1', '-1', '@sum', "'=1"])('%j begins no formula', (text) => {
  expect(csvCell(text)).toBe(`'${text}`)
})

test.each(['', 'cat', '1', 'a=b', ' =1'])('%j stays', (text) => {
  expect(csvCell(text)).toBe(text)
})

test.each([
  ['\t=1', String.raw`'\u0009=1`],
  ['\r\nx', String.raw`'\u000d\u000ax`],
  ['\u001B[31mred', String.raw`\u001b[31mred`],
  ['a\u202Eb', String.raw`a\u202eb`],
])('%j is shown escaped', (text, cell) => {
  expect(csvCell(text)).toBe(cell)
})
