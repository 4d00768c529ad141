import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The `treadle …` lines of a document's shell blocks, in order. */
async function commandsOf(document: string): Promise<string[]> {
  const blocks = (await readFile(join(root, document), 'utf8')).matchAll(/^```sh\n(.*?)^```$/gms)
  return [...blocks]
    .flatMap((block) => (block[1] as string).split('\n'))
    .map((line) => line.replace(/^npx (?=treadle )/, ''))
    .filter((line) => line.startsWith('treadle '))
}

// The README's two pnpm commands are what continuous integration itself runs.
describe.each(['README.md', 'apps/cli/README.md'])('%s', async (document) => {
  const commands = await commandsOf(document)
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'treadle-readme-'))
    await cp(join(root, 'docs/examples'), join(folder, 'docs/examples'), { recursive: true })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('shows commands', () => expect(commands.length).toBeGreaterThan(0))

  test.each(commands)(
    '%s',
    async (command) => {
      const [, ...words] = command.split(' ')
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [join(root, 'apps/cli/bin/treadle.js'), ...words],
        {
          cwd: folder,
          timeout: 120_000,
        },
      )
      expect(stdout.length).toBeGreaterThan(0)
    },
    130_000,
  )
})
