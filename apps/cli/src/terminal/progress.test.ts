import { expect, test } from 'vitest'
import { testContext } from '../../test/test-context.ts'
import { createProgress } from './progress.ts'

const state = { label: 'Epoch 1/2', value: 5, total: 10, figures: ['loss 0.5'] }
const ESCAPE = '\u001B['

test('a terminal gets a live line, which is taken away before anything else is printed', () => {
  const { stdout } = testContext({ isTTY: true })
  const progress = createProgress(stdout)
  progress.update(state)
  expect(stdout.text).toContain('Epoch 1/2 ━')
  expect(stdout.text).not.toContain('\n')
  progress.clear()
  expect(stdout.text.endsWith(`${ESCAPE}1G${ESCAPE}2K`)).toBe(true)
  const length = stdout.text.length
  progress.clear()
  expect(stdout.text.length).toBe(length)
  progress.update(state)
  expect(stdout.text.length).toBeGreaterThan(length)
  progress.clear()
})

test.each([
  ['a pipe', { isTTY: false }, {}],
  ['CI', { isTTY: true }, { ci: true }],
  ['--quiet', { isTTY: true }, { quiet: true }],
])('%s gets no escape sequences', (_, context, options) => {
  const { stdout } = testContext(context)
  const progress = createProgress(stdout, options)
  progress.update(state)
  progress.clear()
  expect(stdout.text).not.toContain(ESCAPE)
})
