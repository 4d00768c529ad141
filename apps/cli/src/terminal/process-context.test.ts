import { expect, test } from 'vitest'
import { colorLevel } from './process-context.ts'

test.each([
  [true, { TERM: 'xterm-256color' }, 2],
  [true, { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 3],
  [true, { TERM: 'xterm' }, 1],
  [true, { TERM: 'xterm-256color', NO_COLOR: '1' }, 0],
  [true, { TERM: 'xterm-256color', NO_COLOR: '' }, 2],
  [true, { TERM: 'dumb' }, 0],
  [false, { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 0],
  [false, { FORCE_COLOR: '3' }, 3],
  [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, 0],
])('terminal %s with %j: level %i', (isTTY, env, level) => {
  expect(colorLevel(isTTY, env)).toBe(level)
})
