import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
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

test('what the command prints with --json goes through a pipe from a checkout', () => {
  const folder = mkdtempSync(join(tmpdir(), 'treadle-pipe-'))
  try {
    const train = 'pnpm --silent treadle train --data sample --epochs 1 --json --out "$OUT"'
    const read =
      'process.stdin.toArray().then((parts) => console.log(JSON.parse(parts.join("")).test.accuracy))'
    const { stdout, status } = spawnSync('sh', ['-c', `${train} | "$NODE" -e '${read}'`], {
      cwd: root,
      env: { ...process.env, OUT: join(folder, 'run'), NODE: process.execPath },
      encoding: 'utf8',
    })
    expect(status).toBe(0)
    // One line, a number: nothing of pnpm or turbo is before the JSON.
    expect(Number(stdout)).toBeGreaterThan(0.5)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
