import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

test('a build prints nothing on standard output, and no notice about telemetry', () => {
  const bin = join(root, 'node_modules/.bin')
  const { TURBO_TELEMETRY_DISABLED: _, DO_NOT_TRACK: __, ...env } = process.env
  const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/build.js', '--dry'], {
    cwd: root,
    env: { ...env, PATH: `${bin}${delimiter}${env['PATH']}` },
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  expect(stdout).toBe('')
  expect(stderr).toContain('treadle#build')
  expect(stderr).not.toMatch(/telemetry/i)
})

test('the scripts that run the command build through it', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  expect(scripts['build']).toBe('node scripts/build.js')
  expect(scripts['treadle']).toBe('node scripts/build.js && node apps/cli/bin/treadle.js')
})
