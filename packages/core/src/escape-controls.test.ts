import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { escapeControls } from './escape-controls.ts'

test.each([
  ['\u001B[31mred', String.raw`\u001b[31mred`],
  ['\u009B2J', String.raw`\u009b2J`],
  ['\u001B]0;title\u0007', String.raw`\u001b]0;title\u0007`],
  ['a\u202Egpj.exe', String.raw`a\u202egpj.exe`],
  ['a\r\nb\u2028c', String.raw`a\u000d\u000ab\u2028c`],
  ['T-shirt/top é 👕 \u200D', 'T-shirt/top é 👕 \u200D'],
])('%j is shown as %s', (text, shown) => {
  expect(escapeControls(text)).toBe(shown)
})

test('characters stay where the caller keeps them', () => {
  expect(escapeControls('a\n\tb\u001B', '\n')).toBe('a\n\\u0009b\\u001b')
})

property.prop([fc.string({ unit: 'binary' })])('no control character is left', (text) => {
  expect(escapeControls(text)).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u)
})
