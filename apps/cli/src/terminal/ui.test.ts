import { expect, test } from 'vitest'
import { testContext } from '../../test/test-context.ts'
import { createUi } from './ui.ts'

test.each([Number.NaN, Infinity])('a result with %d is an error, not null', (loss) => {
  const context = testContext()
  const print = () => createUi({ json: true }, context).result('text', () => ({ test: { loss } }))
  expect(print).toThrow(
    expect.objectContaining({
      code: 'CLI_NOT_FINITE',
      message: expect.stringMatching(`\`test.loss\` is ${loss}, which JSON cannot hold`) as string,
    }),
  )
  expect(context.stdout.text).toBe('')
})
