import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = fileURLToPath(new URL('../fuzz/run.js', import.meta.url))

/** Targets with the inputs of a short run, together some ten seconds. `pnpm fuzz` runs more, with other seeds. */
const inputs = {
  idx: 400,
  gz: 100,
  png: 150,
  pictures: 200,
  data: 60,
  parquet: 60,
  options: 300,
  models: 100,
  weights: 100,
  checkpoints: 100,
  runs: 40,
}

// The driver ends with an error where there is a finding, or where fewer than half pass the outermost check.
test.each(Object.entries(inputs))('%s: %d changed inputs have no finding', async (target, count) => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    run,
    '--target',
    target,
    '--inputs',
    String(count),
    '--seed',
    '7',
  ]).catch((error: { stdout: string; stderr: string }) => error as { stdout: string })
  expect(stdout).toMatch(new RegExp(`^${target}: ${count} inputs, .* 0 findings`, 'm'))
  expect(stdout).toMatch(/^no findings$/m)
})
