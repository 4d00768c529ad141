import { Ansis } from 'ansis'
import { expect, test } from 'vitest'
import { EpochTable } from './epoch-table.ts'

const entry = { epoch: 1, loss: 1, accuracy: 0.5, val_loss: 1, val_accuracy: 0.5, seconds: 3600 }
const linesAt = (columns: number) => {
  const table = new EpochTable('classification', 100, { colors: new Ansis(0), columns })
  return `${table.head()}${table.row(entry)}`.split('\n')
}

test.each([80, 66, 60])('no line passes %d columns', (columns) => {
  for (const line of linesAt(columns)) expect(line.length).toBeLessThanOrEqual(columns)
})

test('the time is shown where there is room', () => {
  expect(linesAt(80)[0]).toMatch(/time$/)
  expect(linesAt(60)[0]).toMatch(/val_accuracy$/)
})
