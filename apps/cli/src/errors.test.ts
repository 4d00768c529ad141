import { TreadleError } from '@treadle/core'
import { expect, test } from 'vitest'
import { testContext } from '../test/test-context.ts'
import { Interruption } from './context.ts'
import { UsageError, reportError } from './errors.ts'

function reported(error: unknown, env: Record<string, string> = {}) {
  const context = testContext({ env })
  const code = reportError(error, context, 'treadle train')
  expect(context.stdout.text).toBe('')
  return { code, text: context.stderr.text }
}

test('a known error shows its message alone', () => {
  expect(reported(new TreadleError('X', 'It is so.\nDo this.'))).toEqual({
    code: 1,
    text: 'error  It is so.\n       Do this.\n',
  })
})

test('wrong usage points to the help', () => {
  expect(reported(new UsageError('No.'))).toEqual({
    code: 2,
    text: 'error  No.\n       See treadle train --help.\n',
  })
})

test.each([
  ['ENOSPC', /disk is full/],
  ['EFBIG', /could not write \/x\. Raise the limit/],
  ['EACCES', /No permission to open \/x/],
  ['EROFS', /read-only/],
  ['ENOENT', /\/x does not exist/],
])('%s is put in words', (code, words) => {
  const { code: exit, text } = reported(
    Object.assign(new Error('raw'), { code, path: '/x', syscall: 'open' }),
  )
  expect(exit).toBe(1)
  expect(text).toMatch(words)
  expect(text).not.toContain('raw')
})

test.each([
  new RangeError('Array buffer allocation failed'),
  new RangeError('WebAssembly.Memory(): could not allocate memory'),
  new Error('ENOMEM: not enough memory, read'),
  new TreadleError('RUNTIME_OUT_OF_MEMORY', 'WebAssembly memory has no room for 9 more bytes'),
])('%s gives the message for a lack of memory', (error) => {
  const { code, text } = reported(error)
  expect(code).toBe(1)
  expect(text).toContain(`There is not enough memory (${error.message}). Use smaller batches (--batch-size)`)
})

test('an unexpected error says how to report it, and shows its stack only when asked', () => {
  const error = new RangeError('offset is out of bounds')
  const { code, text } = reported(error)
  expect(code).toBe(1)
  expect(text).toContain('offset is out of bounds')
  expect(text).toContain('TREADLE_DEBUG=1')
  expect(text).toContain('/issues')
  expect(text).not.toContain('errors.test.ts')
  expect(reported(error, { TREADLE_DEBUG: '1' }).text).toContain('errors.test.ts')
  expect(reported('a string').text).toContain('a string')
})

test('an interruption has its own exit code', () => {
  expect(reported(Interruption.SIGINT).code).toBe(130)
  expect(reported(Interruption.SIGTERM).code).toBe(143)
  expect(reported(Interruption.SIGPIPE)).toEqual({ code: 141, text: '' })
  expect(reported(Interruption.OUTPUT)).toEqual({ code: 1, text: '' })
})
