import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../../test/support/free-port.ts'
import { needsPython, skipsWithoutModule } from '../../../test/support/python.ts'
import { resumeSweep, runSweep } from '../src/sweep/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const sweep = {
  name: 'shown',
  recipe: {
    model: { name: 'wide-and-deep', units: [2] },
    data: 'sample',
    training: { epochs: 2, batchSize: 1000, threads: 1 },
  },
  search: { 'optimizer.learningRate': { logUniform: [1e-4, 0.1] } },
  objective: 'val_accuracy',
  sampler: 'random',
  budget: { trials: 2 },
}

interface Study {
  readonly name: string
  readonly directions: readonly string[]
  readonly trials: readonly {
    readonly state: string
    readonly values: readonly number[] | null
    readonly params: readonly { readonly name: string }[]
    readonly intermediate_values: readonly { readonly step: number; readonly value: number }[]
  }[]
}

/** Starts optuna-dashboard on a journal. @returns what reads the study that it shows */
async function showJournal(journal: string): Promise<() => Promise<Study>> {
  const port = String(await freePort())
  const command = join(dirname(process.env['TREADLE_PYTHON'] ?? ''), 'optuna-dashboard')
  const line = ['--storage-class', 'JournalFileStorage', journal, '--host', '127.0.0.1', '--port', port]
  const server = spawn(command, line, { stdio: 'ignore' })
  const ended = once(server, 'exit')
  onTestFinished(async () => {
    server.kill('SIGKILL')
    await ended
  })
  const get = async <T>(path: string) =>
    (await (await fetch(`http://127.0.0.1:${port}/api/studies${path}`)).json()) as T
  for (let i = 0; i < 300; i++) {
    const studies = await get<{ study_summaries: { study_id: number }[] }>('').catch(() => undefined)
    const id = studies?.study_summaries[0]?.study_id
    if (id !== undefined) return () => get<Study>(`/${id}?after=0`)
    await delay(100)
  }
  throw new Error('optuna-dashboard does not start')
}

test.skipIf(skipsWithoutModule('optuna_dashboard'))(
  `optuna-dashboard shows a running sweep and its end${needsPython}`,
  async () => {
    const directory = join(await temporaryFolder(), 'sweep')
    const abort = new AbortController()
    // Stopped in an epoch, the sweep is to its journal as one that runs.
    await runSweep(sweep, directory, {
      signal: abort.signal,
      onEvent: (event) => {
        if (event.type === 'run' && event.event.type === 'epoch' && event.trial.number === 1) abort.abort()
      },
    })
    const shown = await showJournal(join(directory, 'journal.log'))
    const running = await shown()
    expect(running).toMatchObject({ name: 'shown', directions: ['maximize'] })
    expect(running.trials.map(({ state }) => state)).toEqual(['Complete', 'Running'])

    const { trials } = await resumeSweep(directory)
    // It reads the trials of a study again after ten seconds.
    const states = async () => (await shown()).trials.map(({ state }) => state)
    await expect.poll(states, { timeout: 30_000, interval: 200 }).toEqual(['Complete', 'Complete'])
    const ended = await shown()
    expect(ended.trials.map(({ values }) => values)).toEqual(trials.map(({ value }) => [value]))
    for (const { params, intermediate_values: epochs, values } of ended.trials) {
      expect(params.map(({ name }) => name)).toEqual(['optimizer.learningRate'])
      expect(epochs.map(({ step }) => step)).toEqual([1, 2])
      expect(epochs[1]?.value).toBe(values?.[0])
    }
  },
)
