import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RandomStream, Purpose } from '@treadle/core'
import { openRun } from '../src/index.ts'
import { type SweepEvent, joinSweep, runSweep } from '../src/sweep/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

/*
 * Worker processes of a sweep are killed, crashed and stopped in their trials. The sweep ends with the trials, values and
 * weights of a sweep that was not disturbed.
 */

const sweep = {
  name: 'drill',
  recipe: {
    model: { name: 'wide-and-deep', units: [16] },
    data: 'sample',
    training: { epochs: 12, batchSize: 20, threads: 1 },
  },
  search: {
    'optimizer.learningRate': { logUniform: [1e-4, 0.1] },
    'training.batchSize': { choice: [16, 20, 32] },
  },
  objective: 'val_accuracy',
  sampler: 'random',
  budget: { trials: 12 },
}

const outcome = async (trials: Awaited<ReturnType<typeof runSweep>>['trials']) =>
  Promise.all(
    trials.map(async ({ number, state, values, value, directory }) => ({
      number,
      state,
      values,
      value,
      weights: (await openRun(directory)).record.weightsSha256,
    })),
  )

const workersOf = (directory: string): Promise<string[]> =>
  readdir(join(directory, 'workers')).catch(() => [])

const pidOf = (worker: string) => Number(worker.split('.')[2])

/** The worker processes of a sweep. */
const processesOf = async (directory: string): Promise<number[]> => (await workersOf(directory)).map(pidOf)

interface Line {
  readonly op_code: number
  readonly trial_id?: number
}

/** The workers that have finished an epoch of their trial: a trial fails after five kills without one. */
async function advancedWorkers(directory: string): Promise<string[]> {
  const text = await readFile(join(directory, 'journal.log'), 'utf8').catch(() => '')
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  const operations = lines.slice(0, -1).map((line) => JSON.parse(line) as Line)
  return (await workersOf(directory)).filter((worker) => {
    const claim = lines.findLastIndex((line) => line.includes(`"name":"${worker}"`))
    const created = operations.slice(0, claim).filter((each) => each.op_code === 4).length
    const trial = operations[claim]?.trial_id ?? created
    return claim >= 0 && operations.slice(claim).some((each) => each.op_code === 7 && each.trial_id === trial)
  })
}

/** Kills a random worker now and then. @returns ends it, and gives how many were killed */
function killNowAndThen(directory: string, most: number, pause: number): () => number {
  const stream = new RandomStream(1, Purpose.shuffle)
  let kills = 0
  const strike = async () => {
    const workers = await advancedWorkers(directory)
    const worker = workers[stream.below(Math.max(1, workers.length), kills)]
    if (worker === undefined || kills >= most) return
    try {
      process.kill(pidOf(worker), 'SIGKILL')
      kills++
    } catch {
      // It is dead already.
    }
  }
  const timer = setInterval(() => void strike(), pause)
  return () => {
    clearInterval(timer)
    return kills
  }
}

test('workers that are killed again and again change nothing', async ({ annotate }) => {
  const folder = await temporaryFolder()
  const whole = await runSweep(sweep, join(folder, 'whole'), { workers: 2 })
  const directory = join(folder, 'killed')
  const stop = killNowAndThen(directory, 20, 1000)
  const ends: number[] = []
  const onEvent = (event: SweepEvent) => {
    if (event.type === 'trial-end') ends.push(event.trial.number)
  }
  const result = await runSweep(sweep, directory, { workers: 3, onEvent })
  const kills = stop()
  const journal = (await readFile(join(directory, 'journal.log'), 'utf8')).trimEnd().split('\n')
  const interrupted = new Set(
    journal.flatMap((line) =>
      [...line.matchAll(/"kind":"killed","message":"[^"]*","worker":"([^"]*)"/g)].map((m) => m[1]),
    ),
  )
  await annotate(`${kills} kills, ${interrupted.size} of them in a trial`)
  expect(interrupted.size).toBeGreaterThan(5)
  expect(result.trials.every(({ state }) => state === 'complete')).toBe(true)
  expect(await outcome(result.trials)).toEqual(await outcome(whole.trials))
  expect(ends.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i))
  expect(journal.filter((line) => line.includes('"state":1'))).toHaveLength(12)
  const again = await joinSweep(directory)
  expect(again.trials).toEqual(result.trials)
}, 600_000)

test('a trial that crashes twice fails with its message; one whose process hangs is retried', async () => {
  const folder = await temporaryFolder()
  const directory = join(folder, 'crashes')
  const did = new Map<number, Set<number>>()
  const strike = async (trial: number, times: number, signal: NodeJS.Signals) => {
    const pids = await processesOf(directory)
    const seen = did.get(trial) ?? new Set()
    const pid = pids.find((each) => !seen.has(each))
    if (pid === undefined || seen.size >= times) return
    did.set(trial, seen.add(pid))
    process.kill(pid, signal)
  }
  const result = await runSweep({ ...sweep, budget: { trials: 3 } }, directory, {
    workers: 1,
    patience: 15,
    onEvent: async (event) => {
      if (event.type !== 'run' || event.event.type !== 'progress') return
      if (event.trial.number === 0) await strike(0, 2, 'SIGSEGV')
      if (event.trial.number === 1) await strike(1, 1, 'SIGSTOP')
    },
  })
  expect(result.trials.map(({ state }) => state)).toEqual(['failed', 'complete', 'complete'])
  expect(result.trials[0]?.error).toContain('ended with SIGSEGV')
  const text = await readFile(join(directory, 'journal.log'), 'utf8')
  expect(text).toContain('"kind":"hang","message":"The trial made no progress for 15 seconds."')
}, 300_000)
