import { fc, test } from '@fast-check/vitest'
import { Ansis } from 'ansis'
import stringWidth from 'string-width'
import { expect } from 'vitest'
import { renderProgressLine } from './progress-line.ts'

const state = {
  label: 'Epoch 1/10',
  value: 1250,
  total: 1875,
  counted: '1250/1875',
  rate: 612,
  left: 'left in epoch',
  figures: ['loss 0.6698', 'accuracy 0.7631'],
}

test('shows all of it where there is room', () => {
  expect(renderProgressLine(state, 120, new Ansis(0))).toBe(
    'Epoch 1/10 ━━━━━━━━━━━━━━━━━━━━━━───────────  1250/1875  612 steps/s  1.0 s left in epoch  loss 0.6698  accuracy 0.7631',
  )
})

const at = (width: number) => renderProgressLine(state, width, new Ansis(0))

test('leaves out the count first, the loss last', () => {
  expect(at(80)).not.toContain('1250/1875')
  expect(at(80)).toContain('s left in epoch')
  expect(at(60)).toContain('accuracy 0.7631')
  expect(at(40)).toMatch(/^Epoch 1\/10 ━+─+ {2}loss 0.6698$/)
})

test.prop([
  fc.integer({ min: 24, max: 300 }),
  fc.integer({ min: 0, max: 5000 }),
  fc.integer({ min: 0, max: 3 }),
])('never reaches the last column', (width, value, level) => {
  const line = renderProgressLine({ ...state, value }, width, new Ansis(level))
  expect(stringWidth(line)).toBeLessThan(width)
  expect(line).not.toContain('NaN')
})
