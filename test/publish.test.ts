import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

test('every package would publish', async () => {
  const { stdout, stderr } = await promisify(execFile)(
    'pnpm',
    [
      '--recursive',
      '--filter',
      './packages/**',
      '--filter',
      'treadle',
      'publish',
      '--dry-run',
      '--no-git-checks',
      '--access',
      'public',
    ],
    { cwd: root },
  )
  for (const name of [
    'core',
    'dataset',
    'image',
    'kernels',
    'metrics',
    'optim',
    'report',
    'runtime',
    'keras',
    'compiler',
    'model',
    'export',
    'trainer',
    'experiment',
  ]) {
    expect(stdout + stderr).toContain(`@treadle/${name}@`)
  }
}, 120_000)
