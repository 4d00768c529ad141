import { expect, test } from 'vitest'
import { csvCell } from './csv-cell.ts'

test.each(['=1+1', '+1', '-1', '@sum', '\tx', '\rx', '\nx', "'=1"])('%j begins no formula', (text) => {
  expect(csvCell(text)).toBe(`'${text}`)
})

test.each(['', 'cat', '1', 'a=b', ' =1'])('%j stays', (text) => {
  expect(csvCell(text)).toBe(text)
})
