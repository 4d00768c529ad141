import { isTreadleError } from '@treadle/core'
import { imagesFromArrays } from '@treadle/dataset'
import { analyseRun, describeRun } from '@treadle/report'
import { type Runtime, startRuntime } from '@treadle/runtime'
import { afterAll, beforeAll, beforeEach, afterEach, expect, test, vi } from 'vitest'
import {
  type RunOptions,
  type RunStore,
  Run,
  memoryStore,
  readRunReport,
  resumeRun,
  runRecipe,
  writeReportFiles,
} from '../src/index.ts'
import { FaultStore, Killed } from './fault-store.ts'

/*
 * A process is killed at every operation on the run's store, one at a time. What continues afterwards must leave the
 * same files as a process that is not disturbed: history with learning rates, checkpoints, weights, reports.
 */

const image = (i: number) =>
  Array.from({ length: 16 }, (_, at) => (at % 4 === i % 2 ? 200 : (7 * i * at) % 90))
const part = (count: number) => ({
  images: Uint8Array.from(Array.from({ length: count }, (_, i) => image(i)).flat()),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 2),
})
const data = imagesFromArrays({ train: part(24), test: part(8), height: 4, width: 4, classNames: ['a', 'b'] })

const recipe = {
  model: { name: 'wide-and-deep', units: [3] },
  training: { epochs: 3, batchSize: 8, threads: 1 as const },
  optimizer: {
    name: 'sgd' as const,
    learningRate: { schedule: 'exponential' as const, peak: 0.1, rate: 0.9, every: 1 },
  },
}

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

// Times are part of the files.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 0, 31) })
  vi.spyOn(performance, 'now').mockReturnValue(0)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const options = (): RunOptions => ({ data, runtime })
const train = (store: RunStore, force = false) => runRecipe(recipe, { ...options(), directory: store, force })

/** All files of a store as text, without what a later process may change in the record. */
async function filesOf(store: RunStore): Promise<Record<string, unknown>> {
  const files: Record<string, unknown> = {}
  for (const name of (await store.list()).toSorted()) {
    const text = new TextDecoder('latin1').decode((await store.read(name)) ?? new Uint8Array())
    files[name] = name === 'run.json' ? { ...(JSON.parse(text) as object), files: undefined } : text
  }
  return files
}

async function copyOf(store: RunStore): Promise<RunStore> {
  const copy = memoryStore()
  for (const name of await store.list()) await copy.write(name, (await store.read(name)) as Uint8Array)
  return copy
}

/** Expects that the record lists every file of the run by its content. */
async function expectListed(store: RunStore): Promise<void> {
  const { record } = await Run.open(store)
  const names = (await store.list()).filter((name) => name !== 'run.json' && name !== 'history.jsonl')
  for (const name of names) expect(record.files?.[name], name).toBeDefined()
  expect(record.replaces).toBeUndefined()
}

/** What a person does after a crash: continue the run, or begin it again if there is none. */
async function continueRun(store: RunStore, force = false): Promise<void> {
  try {
    await resumeRun(store, {}, options())
  } catch (error) {
    if (!isTreadleError(error)) throw error
    if (error.code === 'EXPERIMENT_RUN_MISSING') await train(store, force)
    else if (error.code !== 'EXPERIMENT_RUN_FINISHED') throw error
  }
}

interface Scenario {
  readonly prepare: (store: RunStore) => Promise<unknown>
  readonly work: (store: RunStore) => Promise<unknown>
  readonly recover: (store: RunStore) => Promise<unknown>
}

const writeReport = async (store: RunStore) => {
  const run = await Run.open(store)
  await run.take()
  const analysis = analyseRun(await readRunReport(run))
  await writeReportFiles(run, describeRun(analysis))
  await run.release()
}

async function stopInSecondEpoch(store: RunStore): Promise<void> {
  const abort = new AbortController()
  const onEvent = ({ type }: { type: string }) => type === 'epoch' && abort.abort()
  await runRecipe(recipe, { ...options(), directory: store, signal: abort.signal, onEvent })
}

const scenarios: Record<string, Scenario> = {
  train: { prepare: async () => {}, work: (store) => train(store), recover: (store) => continueRun(store) },
  stop: {
    prepare: async () => {},
    work: stopInSecondEpoch,
    recover: (store) => continueRun(store),
  },
  resume: {
    prepare: stopInSecondEpoch,
    work: (store) => resumeRun(store, {}, options()),
    recover: (store) => continueRun(store),
  },
  force: {
    prepare: (store) =>
      runRecipe(
        { ...recipe, training: { ...recipe.training, seed: 9, epochs: 4 } },
        { ...options(), directory: store },
      ),
    work: (store) => train(store, true),
    recover: async (store) => {
      const { record } = await Run.open(store)
      // Killed before the new record was written, the old run is whole; else the new one continues without its files.
      if (record.recipe.training.seed === 9) await train(store, true)
      else await continueRun(store)
    },
  },
  report: { prepare: (store) => train(store), work: writeReport, recover: writeReport },
}

let points = 0

test.each(Object.keys(scenarios))('killed at every operation of %s, a run ends the same', async (name) => {
  const { prepare, work, recover } = scenarios[name] as Scenario
  const expected = memoryStore()
  await prepare(expected)
  const before = await copyOf(expected)
  const whole = new FaultStore(expected)
  await work(whole)
  if (name === 'stop') await continueRun(expected)
  const files = await filesOf(expected)
  await expectListed(expected)

  for (let at = 1; at <= whole.operations; at++) {
    for (const half of [false, true]) {
      const store = await copyOf(before)
      const faulty = new FaultStore(store, at, half)
      const error: unknown = await work(faulty).catch((caught: unknown) => caught)
      const killed = error instanceof Killed || (isTreadleError(error) && error.cause instanceof Killed)
      if (!killed) throw new Error(`${name}, operation ${at}: ${String(error)}`, { cause: error })
      await recover(store)
      expect(await filesOf(store), `${name}, operation ${at}`).toEqual(files)
      await expectListed(store)
      points++
      // Only an append differs.
      if (!half && !whole.appends.has(at)) break
    }
  }
})

test('there are enough of them', () => {
  expect(points).toBeGreaterThan(100)
})
