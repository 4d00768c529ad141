import { beforeAll, expect, test, vi } from 'vitest'
import { PATIENCE, run } from './process.ts'
import { tinyDataFolder } from './tiny-data.ts'

vi.setConfig(PATIENCE)

const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission'

/** Runs the command under Node's permission model. */
const restricted = (flags: string, line: readonly string[]) =>
  run(line, undefined, `node="$1"; shift; exec "$node" ${PERMISSION} ${flags} "$@"`)

let data: string
beforeAll(async () => {
  data = await tinyDataFolder()
})

const line = () => ['train', '--data', data, '--epochs', '1', '--out', 'run']

test('without --allow-worker one thread trains, and a note names the flag', async () => {
  const { code, stdout } = await restricted("'--allow-fs-read=*' '--allow-fs-write=*'", line())
  expect(code).toBe(0)
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /SIMD, 1 thread, .* may not start worker threads\. Give node --allow-worker\./,
  )
})

test.each([
  ['--allow-fs-write', "'--allow-fs-read=*'", /may not write \S+\. Give node --allow-fs-write=\S+\.\n$/],
  [
    '--allow-fs-read',
    `--allow-fs-read=${process.cwd()}`,
    /may not read \S+\. Give node --allow-fs-read=\S+\.\n$/,
  ],
])('without %s an error names the flag', async (_, flags, words) => {
  const { code, stderr } = await restricted(flags, line())
  expect(code).toBe(1)
  const text = stderr.slice(stderr.indexOf('error')).replaceAll(/\s*\n\s+/g, ' ')
  expect(text).toMatch(words)
})
