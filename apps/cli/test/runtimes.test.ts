import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { temporaryFolder } from './test-context.ts'
import { tinyDataFolder, tinyPng } from './tiny-data.ts'

vi.setConfig({ testTimeout: 600_000 })

const BINARY = fileURLToPath(new URL('../bin/treadle.js', import.meta.url))
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/** The program in the package for this platform, which the named package depends on: no install script has to run. */
function program(name: string, path: string): string | undefined {
  const found = join(modules, name)
  const file = existsSync(found) ? join(realpathSync(found), '..', path) : ''
  return existsSync(file) ? file : undefined
}

const system = `${process.platform}-${process.arch}`
const runtimes = [
  { name: 'Bun', file: program('bun', `@oven/bun-${system}/bin/bun`), args: [] },
  {
    name: 'Deno',
    file: program('deno', `@deno/${system}${process.platform === 'linux' ? '-glibc' : ''}/deno`),
    args: ['run', '--allow-all'],
  },
]

// The packages are dependencies of the workspace; without one for this platform the test fails in CI.
describe.each(runtimes)('under $name', ({ name, file, args }) => {
  test.runIf(file !== undefined || process.env['CI'] !== undefined)(
    'the command trains, evaluates, predicts and reports',
    async () => {
      expect(file, `the npm package of ${name} for ${system}`).toBeDefined()
      const cwd = await temporaryFolder()
      const run = (...line: string[]) => {
        const options = { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } } as const
        const { status, stdout, stderr } = spawnSync(file as string, [...args, BINARY, ...line], options)
        expect(stderr, line.join(' ')).not.toContain('error')
        expect(status, line.join(' ')).toBe(0)
        return stdout
      }
      const json = (...line: string[]) =>
        JSON.parse(run(...line, '--json', '--quiet')) as { test: unknown; weightsSha256: string }

      const sample = json('train', '--data', 'sample', '--epochs', '2', '--out', 'sample')
      // The bits of seed 1 on the sample, as in Node.js.
      expect(sample.weightsSha256).toBe('429750d20106105c233b7a203d57e1f08474ff03c6d1b59e2b557f7b844563c5')
      const small = [
        '--data',
        await tinyDataFolder(),
        '--epochs',
        '2',
        '--batch-size',
        '16',
        '--out',
        'small',
      ]
      const trained = json('train', ...small)
      expect(json('evaluate', 'small').test).toEqual(trained.test)
      expect(run('predict', 'small', await tinyPng(cwd, 1))).toContain('%')
      expect(run('report', 'small', '--quiet')).toContain('report.html')
    },
  )
})
