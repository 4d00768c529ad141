import { cp, readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RedisServer } from '../../../../../packages/queue/test/redis-server.ts'
import { temporaryFolder, testContext, treadle } from '../../../test/test-context.ts'
import { tinyPicturesFolder } from '../../../test/tiny-data.ts'
import { runCli } from '../../cli.ts'
import { Interruption } from '../../context.ts'

let cwd: string
let data: string
let server: RedisServer
let line: string[]
beforeAll(async () => {
  cwd = await temporaryFolder()
  data = await tinyPicturesFolder(20)
  server = await RedisServer.start()
  line = ['ensemble', '--train', '2', 'wide-and-deep', '--units', '4', '--data', data, '--epochs', '2']
})
afterAll(() => server.close())

const into = (out: string) => [...line, '--validation', 'auto', '--weights', 'validation', '--out', out]

interface Result {
  weightsSha256: string
  weights: number[]
  runs: { name: string; test?: { accuracy: number } }[]
}

const recordOf = async (path: string) =>
  JSON.parse(await readFile(join(cwd, path, 'run.json'), 'utf8')) as {
    status: string
    weightsSha256: string
    recipe: { training: { seed: number }; data: { splitSeed: unknown; validation: unknown; name: string } }
  }

/** Runs a command, and stops it as Ctrl-C does when it has printed a text. */
async function stoppedAt(text: string, words: readonly string[]) {
  const context = testContext({ cwd })
  const write = context.stdout.write.bind(context.stdout)
  context.stdout.write = (part) => {
    write(part)
    if (part.includes(text)) context.abort.abort(Interruption.SIGINT)
  }
  const code = await runCli(words, context)
  return { code, text: context.stdout.text }
}

test('trains, continues after Ctrl-C, and is the same with a queue, whose worker has the pictures elsewhere', async () => {
  const local = into('local')
  const stopped = await stoppedAt('test accuracy', local)
  expect(stopped.code).toBe(130)
  expect(stopped.text.replaceAll(/\s+/g, ' ')).toContain('Stopped after 1 of 2 runs')
  expect(stopped.text).toContain(`treadle ensemble wide-and-deep --train 2 --out local`)
  const first = await recordOf('local/seed-1')
  const { code, stdout } = await treadle([...local, '--json'], { cwd })
  expect(code).toBe(0)
  expect(await recordOf('local/seed-1')).toEqual(first)
  expect(await readdir(join(cwd, 'local'))).toEqual(
    expect.arrayContaining(['model.json', 'weights.bin', 'seed-1', 'seed-2']),
  )
  const second = await recordOf('local/seed-2')
  expect([first, second].map(({ recipe }) => recipe.training.seed)).toEqual([1, 2])
  expect(second.recipe.data).toMatchObject({ splitSeed: 1, validation: { split: 0.1 } })
  const result = JSON.parse(stdout) as Result
  expect(result.runs.map(({ name }) => name)).toEqual(['seed-1', 'seed-2', 'ensemble'])

  const root = await temporaryFolder()
  await cp(data, join(root, basename(data)), { recursive: true })
  const context = testContext({ cwd })
  const working = runCli(['worker', server.url, '--data-root', root, '--threads', '1'], context)
  const queued = into('queued')
  const there = await treadle([...queued, '--queue', server.url, '--json'], { cwd })
  expect(there).toMatchObject({ code: 0 })
  expect(JSON.parse(there.stdout)).toMatchObject({
    weights: result.weights,
    weightsSha256: result.weightsSha256,
  })
  const own = await recordOf('queued/seed-2')
  expect(own).toMatchObject({
    status: 'finished',
    weightsSha256: second.weightsSha256,
    recipe: second.recipe,
  })
  context.abort.abort(Interruption.SIGINT)
  expect(await working).toBe(130)

  const again = await treadle([...queued, '--force', '--json'], { cwd })
  expect((JSON.parse(again.stdout) as Result).weightsSha256).toBe(result.weightsSha256)
})

test.each([
  [['--train', '1', '--out', 'x'], '`--train` (=1) must be a whole number from 2 to 49'],
  [['--train', '2', 'cnn', 'mlp', '--out', 'x'], 'takes one model or recipe file, got cnn mlp'],
  [['--train', '2', 'runs/x', '--out', 'x'], 'runs/x'],
  [['--train', '2'], '`--out` is missing'],
  [['a', 'b', '--epochs', '2', '--out', 'x'], '`--epochs` needs --train'],
  [['a', 'b', '--queue', 'redis://x', '--out', 'x'], '`--queue` needs --train'],
  [['--train', '2', '--checkpoints', 'x', '--out', 'x'], '`--checkpoints` needs --queue'],
  [
    ['--train', '2', '--data', 'sample', '--weights', 'validation', '--out', 'x'],
    'Train them with --validation-split',
  ],
])('%j is refused before a run is trained', async (words, message) => {
  const { code, stderr } = await treadle(['ensemble', ...words], { cwd })
  expect(code).not.toBe(0)
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message)
  expect(await readdir(cwd)).not.toContain('x')
})
