import { expect, test } from 'vitest'
import { runCli } from '../cli.ts'
import { temporaryFolder, testContext, treadle } from '../../test/test-context.ts'
import { tinyDataFolder } from '../../test/tiny-data.ts'

/** Node.js before version 24 cannot have it. */
const supported = Number.parseInt(process.versions.node, 10) >= 24 && process.arch === 'x64'

test.each([
  ['train', '--wide-simd', '--epochs', '1', '--data'],
  ['plan', '--profile', '--set', 'training.wideSimd=true'],
])('wide SIMD restarts %s with the flag of Node.js, or says what is missing', async (...line) => {
  const flags: string[] = []
  const context = {
    ...testContext({ cwd: await temporaryFolder() }),
    restart: (flag: string) => void flags.push(flag),
  }
  const code = await runCli(line[0] === 'train' ? [...line, await tinyDataFolder()] : line, context)
  expect(code).toBe(1)
  expect(flags).toEqual(supported ? ['--experimental-wasm-revectorize'] : [])
  expect(context.stderr.text).toContain(supported ? 'needs a process that was started with' : 'Node.js ≥ 24')
})

test.each([['--executor', 'eager'], ['--fast-math']])(
  '--wide-simd beside %s %s is wrong usage',
  async (...words) => {
    const { code, stderr } = await treadle(['train', '--wide-simd', ...words])
    expect(code).toBe(2)
    expect(stderr).toContain('wide SIMD')
  },
)
