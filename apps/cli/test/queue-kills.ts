import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import { RedisServer } from '../../../packages/queue/test/redis-server.ts'
import { TestWorker } from '../../../packages/queue/test/workers.ts'
import { contentOf } from './kill.ts'
import { start } from './process.ts'
import { temporaryFolder, treadle } from './test-context.ts'
import { tinyDataFolder } from './tiny-data.ts'

/** Who is ended: the command, as by a power cut or by Ctrl-C, or the worker. */
export type Kill = 'SIGKILL' | 'SIGINT' | 'worker'

interface Disturbance {
  readonly who: Kill
  /** How many epochs are trained first, since the last one. */
  readonly epochs: number
}

/** Of a run. Its report has no pictures of the samples where a worker has trained it. */
const FILES = [
  'run.json',
  'history.jsonl',
  'checkpoints/best.ckpt',
  'model/model.json',
  'model/weights.bin',
  'predictions.csv',
]

/**
 * Gives a command that trains several runs to a queue with one worker, disturbs it, and gives the same command again
 * after each end. Expects the files of the command without a queue, that each run ends once, and that no epoch is
 * trained twice, except those after the last checkpoint of a worker that is killed.
 * @param words of the command, without the data and the folder of the runs
 * @param runs the folders of the runs in it, and the number of epochs of each
 */
export async function disturbInQueue(
  words: readonly string[],
  runs: { readonly names: readonly string[]; readonly epochs: number },
  disturbances: readonly Disturbance[],
): Promise<void> {
  const cwd = await temporaryFolder()
  const data = await tinyDataFolder()
  const line = [...words, '--data', data, '--epochs', String(runs.epochs)]
  const alone = [...line, '--out', join(cwd, 'alone')]
  expect(await treadle(alone, { cwd })).toMatchObject({ code: 0 })
  const server = await RedisServer.start()
  const options = { lockDuration: 1000, dataRoot: dirname(data) }
  const workers = [new TestWorker(server.url, options)]
  const events = () => workers.flatMap((worker) => worker.events)
  const trained = () => events().filter(({ type }) => type === 'job-epoch').length
  const again = () => start([...line, '--out', 'queued', '--queue', server.url], cwd)
  try {
    let command = again()
    for (const { who, epochs } of disturbances) {
      const until = trained() + epochs
      while (trained() < until && command.child.exitCode === null) await delay(2)
      if (who === 'worker') {
        workers.at(-1)?.signal('SIGKILL')
        workers.push(new TestWorker(server.url, options))
        continue
      }
      expect(command.child.exitCode, command.output.stderr).toBe(null)
      command.child.kill(who)
      const { code, signal } = await command.ended
      expect(code ?? signal).toBe(who === 'SIGINT' ? 130 : who)
      if (who === 'SIGINT') expect(command.output.stdout.replaceAll(/\s+/g, ' ')).toContain('Continue with')
      command = again()
    }
    expect(await command.ended, command.output.stderr).toMatchObject({ code: 0 })
  } finally {
    await Promise.all(workers.map((worker) => worker.end()))
    await server.close()
  }

  for (const name of runs.names) {
    const [own, others] = await Promise.all(
      ['queued', 'alone'].map(async (folder) => contentOf(join(cwd, folder, name))),
    )
    for (const file of FILES) expect(own?.[file] === others?.[file], `${name}: ${file}`).toBe(true)
    expect(Object.keys(own ?? {})).toContain('report.html')
  }
  const ends = events().flatMap((event) =>
    event.type === 'job-end' && event.stopped === 'finished' ? [event.id] : [],
  )
  expect(ends).toHaveLength(runs.names.length)
  expect(new Set(ends).size).toBe(ends.length)
  if (disturbances.every(({ who }) => who !== 'worker'))
    expect(trained()).toBe(runs.names.length * runs.epochs)
}
