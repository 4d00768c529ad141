import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KILL_HOOK } from './kill.ts'
import { temporaryFolder } from './test-context.ts'

const script = `
  import fs, { createWriteStream, writeFile as byCallback, writeFileSync } from 'node:fs'
  import { open, writeFile } from 'node:fs/promises'
  import { promisify } from 'node:util'
  const [root] = process.argv.slice(1)
  await writeFile(root + '/promise', 'x')
  await promisify(byCallback)(root + '/callback', 'x')
  writeFileSync(root + '/sync', 'x')
  const handle = await open(root + '/handle', 'w')
  await handle.write('x')
  await handle.sync()
  await handle.close()
  const stream = createWriteStream(root + '/stream')
  stream.write('x')
  await new Promise((resolve) => stream.end(resolve))
  fs.renameSync(root + '/sync', root + '/renamed')
`

test('the hook sees promises, callbacks, synchronous calls, handles and streams', async () => {
  const root = await temporaryFolder()
  const log = join(await temporaryFolder(), 'log')
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', KILL_HOOK, '--input-type=module', '--eval', script, root],
    { env: { ...process.env, KILL_ROOT: root, KILL_LOG: log }, encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  expect(status).toBe(0)
  const seen = (await readFile(log, 'utf8')).replaceAll(`${root}/`, '').trimEnd().split('\n')
  for (const operation of [
    'writeFile promise',
    'writeFile callback',
    'writeFileSync sync',
    'open handle',
    'write handle',
    'sync handle',
    'open stream',
    'write stream',
    'renameSync sync',
  ])
    expect(seen).toContain(operation)
})
