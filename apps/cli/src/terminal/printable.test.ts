import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { processOutput } from './process-context.ts'

function written(text: string): string {
  const stream = new PassThrough()
  processOutput(stream as never, {}, () => {}).write(text)
  return String(stream.read())
}

test.each([
  ['colours and lines of the command', '\u001B[1mbold\u001B[22m\n\ttext\r\n', undefined],
  ['its progress line', '\u001B7\u001B[?25l\u001B[0K\u001B[1G━\u001B[?7h\u001B8', undefined],
  ['a title', '\u001B]0;owned\u0007x', String.raw`\u001b]0;owned\u0007x`],
  ['a cleared screen by C1', '\u009B2Jx', String.raw`\u009b2Jx`],
  ['a request for an answer', '\u001B[6n', String.raw`\u001b[6n`],
  ['a changed direction', 'photo\u202Egpj.exe', String.raw`photo\u202egpj.exe`],
  ['a backspace', 'safe\b\b\b\bevil', String.raw`safe\u0008\u0008\u0008\u0008evil`],
])('%s', (_, text, shown = text) => {
  expect(written(text)).toBe(shown)
})
