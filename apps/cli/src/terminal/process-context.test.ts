import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { colorLevel, processOutput } from './process-context.ts'

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

/** An output over a stream whose every write ends in `code`, and what it has told of that. */
async function failing(code: string) {
  const error = Object.assign(new Error('raw'), { code })
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(error), autoDestroy: false })
  const told: unknown[] = []
  const output = processOutput(stream as unknown as NodeJS.WriteStream, {}, (met) => told.push(met))
  for (const text of ['one', 'two']) {
    output.write(text)
    await new Promise(setImmediate)
  }
  return { error, told }
}

describe('an output that fails', () => {
  test.each(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])('with %s has lost its reader', async (code) => {
    expect((await failing(code)).told).toEqual([undefined])
  })

  test.each(['ENOSPC', 'EIO'])('with %s tells the error once', async (code) => {
    const { error, told } = await failing(code)
    expect(told).toEqual([error])
  })
})
