import { appendFile, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TreadleError } from '@treadle/core'
import { isOwnerFile } from '@treadle/core/node'
import { spreadOf, studentInterval } from '@treadle/metrics'
import { renderReportText } from '@treadle/report'
import { expect, test } from 'vitest'
import { needsPython, runPython, skipsWithoutModule } from '../../../test/support/python.ts'
import { listRuns, openRun } from '../src/index.ts'
import { runLogger } from '../src/loggers/index.ts'
import {
  type SweepEvent,
  type SweepOptions,
  type SweepTrial,
  resumeSweep,
  runSweep,
  sweepReport,
} from '../src/sweep/index.ts'
import { runTrial } from '../src/sweep/run-trial.ts'
import { temporaryFolder } from './temporary-folder.ts'

const script = fileURLToPath(new URL('../scripts/read_study.py', import.meta.url))

const sweep = {
  name: 'tiny',
  recipe: {
    model: { name: 'wide-and-deep', units: [2] },
    data: 'sample',
    training: { epochs: 2, batchSize: 1000, threads: 1 },
  },
  search: {
    'optimizer.learningRate': { logUniform: [1e-4, 0.1] },
    'model.units': { choice: [[2], [4, 2]] },
    'optimizer.name': { choice: ['adam', 'sgd'] },
    'optimizer.momentum': { uniform: [0, 0.9], when: { 'optimizer.name': 'sgd' } },
    'training.batchSize': { int: [500, 1000], step: 500 },
  },
  objective: 'val_accuracy',
  sampler: 'halton',
  budget: { trials: 2 },
}

/** What two sweeps have in common: all but folders and times. */
const outcome = async (trials: readonly SweepTrial[]) =>
  Promise.all(
    trials.map(async ({ number, state, values, value, directory }) => ({
      number,
      state,
      values,
      value,
      weights: (await openRun(directory)).record.weightsSha256,
    })),
  )

interface Line {
  readonly trial_id?: number
  readonly state?: number
  readonly user_attr?: { readonly worker?: { readonly name: string } | null }
  readonly user_attrs?: { readonly worker?: { readonly name: string } }
}

const readJournal = async (directory: string): Promise<Line[]> =>
  (await readFile(join(directory, 'journal.log'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

/** The process that has a trial. */
async function workerOfTrial(directory: string, trial: number): Promise<number | undefined> {
  const lines = await readJournal(directory)
  const created = lines.filter(({ user_attrs: attributes }) => attributes !== undefined)[trial]
  const last = lines.findLast((line) => line.trial_id === trial && line.user_attr?.worker !== undefined)
  const name = (last === undefined ? created?.user_attrs : last.user_attr)?.worker?.name
  return name === undefined ? undefined : Number(name.split('.')[2])
}

test('a trial on a fold has the samples of a run on this fold', async () => {
  const recipe = { ...sweep.recipe, data: { name: 'sample', fold: '1/5' } }
  const search = { 'training.batchSize': { choice: [1000] } }
  const { trials } = await runSweep(
    { recipe, search, budget: { trials: 1 } },
    join(await temporaryFolder(), 'fold'),
  )
  const { record } = await openRun(trials[0]?.directory ?? '')
  expect(record.dataset).toMatchObject({ train: 4800, test: 1200 })
})

const isOf = (event: SweepEvent, seed: number, type: string) =>
  event.type === 'confirm-run' && event.seed === seed && event.event.type === type

test('the best trial is confirmed over other seeds, and only then on the test samples, once', async () => {
  const folder = await temporaryFolder()
  const once = { ...sweep, budget: { trials: 1 } }
  const [whole, cut] = [join(folder, 'whole'), join(folder, 'cut')]
  const seen: string[] = []
  const result = await runSweep(once, whole, {
    confirm: 2,
    loggers: [runLogger('tensorboard')],
    onEvent: async (event) => {
      if (event.type !== 'confirm-run' || event.event.type !== 'start') return
      const { session } = event.event
      seen.push(`${event.seed} ${session.resumed === undefined ? 'train' : 'test'}`)
      // The test samples are not used before all seeds have trained.
      if (session.resumed === undefined)
        for (const run of await listRuns(whole)) expect(run.record?.test).toBeUndefined()
    },
  })
  expect(seen).toEqual([2, 3].map((seed) => `${seed} train`).concat([2, 3].map((seed) => `${seed} test`)))
  const trial = await openRun(result.trials[0]?.directory ?? '')
  expect(trial.record.test).toBeUndefined()
  expect(await trial.readPredictions()).toBeUndefined()
  const [confirmation] = result.confirmations
  const tests = confirmation?.runs.map((each) => each.test['accuracy'] as number) ?? []
  const { mean, sd } = spreadOf(tests)
  const [low, high] = studentInterval({ mean, sd, count: 2 })
  expect(confirmation).toMatchObject({ trial: 0, metrics: { accuracy: { mean, sd, low, high } } })
  for (const { seed, directory, ...tested } of confirmation?.runs ?? []) {
    const { record, store } = await openRun(join(whole, directory))
    expect(record).toMatchObject({ status: 'finished', ...tested })
    // Other samples than those of the trial would be ones that it was trained or chosen on.
    expect([record.recipe.training.seed, record.recipe.data.splitSeed]).toEqual([seed, 1])
    expect(await store.read('report.html')).toBeDefined()
  }
  expect(renderReportText(sweepReport(result))).toContain('trained again with the seeds 2, 3')

  // Stopped in the second training.
  const stopIn = async (isHere: (event: SweepEvent) => boolean, options: SweepOptions) => {
    const abort = new AbortController()
    const onEvent = async (event: SweepEvent) => {
      await options.onEvent?.(event)
      if (isHere(event)) abort.abort()
    }
    const resume = { ...options, confirm: 2, signal: abort.signal, onEvent }
    const stopped = await (options.workers === undefined
      ? runSweep(once, cut, resume)
      : resumeSweep(cut, resume))
    expect([stopped.stopped, stopped.confirmations]).toEqual(['aborted', []])
  }
  await stopIn((event) => isOf(event, 3, 'epoch'), {})
  // Processes continue it, one of which is killed. Stopped in the first test.
  const killed = new Set<number>()
  const trained: number[] = []
  await stopIn((event) => isOf(event, 2, 'start'), {
    workers: 2,
    threads: 1,
    onEvent: async (event) => {
      if (event.type === 'confirm-trained') trained.push(event.seed)
      if (event.type !== 'confirm-run' || event.seed !== 3 || killed.size > 0) return
      const owner = (await readdir(join(cut, 'confirmation/0000/seed-3'))).find(isOwnerFile)
      const pid = Number(owner?.split('.').at(-3))
      if (pid !== process.pid && killed.add(pid)) process.kill(pid, 'SIGKILL')
    },
  })
  expect(killed.size).toBe(1)
  expect(trained.toSorted((a, b) => a - b)).toEqual([2, 3])
  const resumed = await resumeSweep(cut, { confirm: 2 })
  const [again] = resumed.confirmations
  expect({ ...again, at: '' }).toEqual({ ...confirmation, at: '' })

  const known: unknown[] = []
  const third = await resumeSweep(cut, {
    confirm: 5,
    onEvent: (event) => {
      if (event.type === 'confirm') known.push(event.known)
      expect(event.type).not.toBe('confirm-run')
    },
  })
  expect(known).toEqual([again])
  expect(third.confirmations).toEqual([again])
  await writeFile(join(cut, 'confirmation.json'), '{"format": 2}')
  await expect(resumeSweep(cut)).rejects.toMatchObject({ code: 'EXPERIMENT_BAD_CONFIRMATION' })
})

const skips = skipsWithoutModule('optuna')

test('a sweep that was stopped in a trial ends as one that was not disturbed, and Optuna reads it', async ({
  annotate,
}) => {
  const folder = await temporaryFolder()
  const whole = await runSweep(sweep, join(folder, 'whole'))
  expect(whole.stopped).toBe('trials')
  expect(whole.trials.map(({ state }) => state)).toEqual(['complete', 'complete'])
  const values = whole.ranking.map(({ value }) => value as number)
  expect(values).toEqual(values.toSorted((a, b) => b - a))

  const directory = join(folder, 'stopped')
  const abort = new AbortController()
  const stopped = await runSweep(sweep, directory, {
    signal: abort.signal,
    onEvent: (event) => {
      if (event.type === 'run' && event.event.type === 'epoch' && event.trial.number === 1) abort.abort()
    },
  })
  expect(stopped.stopped).toBe('aborted')
  expect(stopped.trials.map(({ state }) => state)).toEqual(['complete', 'stopped'])
  // As a kill may leave it: a cut line, and an epoch that the journal lacks.
  const journal = join(directory, 'journal.log')
  const lines = (await readFile(journal, 'utf8')).trimEnd().split('\n')
  const cut = lines.findLastIndex((line) => line.includes('"intermediate_value"'))
  expect(cut).toBeGreaterThanOrEqual(lines.length - 2)
  await writeFile(journal, `${lines.slice(0, cut).join('\n')}\n${lines[cut]?.slice(0, 30)}`)
  const resumed = await resumeSweep(directory)
  expect(await outcome(resumed.trials)).toEqual(await outcome(whole.trials))

  await expect(runSweep(sweep, directory)).rejects.toMatchObject({ code: 'EXPERIMENT_SWEEP_EXISTS' })
  expect((await resumeSweep(directory)).trials).toHaveLength(2)

  if (skips) return annotate(`Optuna did not read it${needsPython}`)
  const read = join(folder, 'read.json')
  runPython(script, journal, 'tiny', read)
  const study = JSON.parse(await readFile(read, 'utf8')) as { trials: { seconds: number }[] }
  expect(study).toMatchObject({
    direction: 'MAXIMIZE',
    best: resumed.ranking[0]?.number,
    trials: await Promise.all(
      resumed.trials.map(async (trial) => ({
        number: trial.number,
        state: 'COMPLETE',
        value: trial.value,
        params: { ...trial.values, 'model.units': String(trial.values['model.units']) },
        intermediate: (await (await openRun(trial.directory)).readHistory()).map((entry) => [
          entry.epoch,
          entry.val_accuracy,
        ]),
        attributes: { run_directory: join('trials', `000${trial.number}`) },
        distributions: {
          'optimizer.learningRate': 'FloatDistribution(high=0.1, log=True, low=0.0001, step=None)',
          'model.units': "CategoricalDistribution(choices=('2', '4,2'))",
          'training.batchSize': 'IntDistribution(high=1000, log=False, low=500, step=500)',
        },
      })),
    ),
  })
  for (const [i, { seconds }] of study.trials.entries())
    expect(seconds).toBeCloseTo(resumed.trials[i]?.seconds ?? -1, 2)
  // The script has enqueued a trial with a batch size of 500.
  expect(await resumeSweep(directory)).toMatchObject({ enqueued: 1, stopped: 'trials' })
  const more = await resumeSweep(directory, { trials: 3 })
  expect(more.enqueued).toBe(0)
  expect(more.trials).toHaveLength(3)
  expect(more.trials[2]).toMatchObject({
    number: 2,
    state: 'complete',
    values: { 'training.batchSize': 500 },
  })
  runPython(script, journal, 'tiny', read)
  const after = JSON.parse(await readFile(read, 'utf8')) as { trials: object[] }
  expect(after.trials[2]).toMatchObject({ state: 'COMPLETE', value: more.trials[2]?.value })
})

test('a trial that fails leaves the others alone; damaged sweeps are refused', async () => {
  const folder = await temporaryFolder()
  const directory = join(folder, 'rates')
  const result = await runSweep(
    {
      ...sweep,
      search: { 'optimizer.learningRate': { choice: [1e38, 0.01] } },
      recipe: { ...sweep.recipe, optimizer: 'sgd' },
      sampler: 'grid',
      objective: { metric: 'loss', of: 'last' },
      budget: {},
    },
    directory,
  )
  expect(result.stopped).toBe('exhausted')
  expect(result.trials.map(({ state }) => state)).toEqual(['failed', 'complete'])
  expect(result.trials[0]?.error).toContain('loss')
  expect(result.ranking.map(({ number }) => number)).toEqual([1])

  // As Optuna's enqueue_trial writes them.
  const waiting = [{ 'optimizer.learningRate': 0.02 }, { 'optimizer.learningRate': 0.01 }, { rate: 1 }]
  const journal = join(directory, 'journal.log')
  for (const fixed of waiting)
    await appendFile(
      journal,
      `${JSON.stringify({ op_code: 4, worker_id: 'python', study_id: 0, datetime_start: null, state: 4, distributions: {}, params: {}, user_attrs: {}, system_attrs: { fixed_params: fixed } })}\n`,
    )
  const more = await resumeSweep(directory)
  expect(more.trials.map(({ number, state, value }) => [number, state, value])).toEqual([
    ...result.trials.map(({ number, state, value }) => [number, state, value]),
    [2, 'failed', undefined],
    [3, 'complete', result.trials[1]?.value],
    [4, 'failed', undefined],
  ])
  expect(more.trials[2]?.error).toContain('which is not one of 1e+38, 0.01')
  expect(more.trials[4]?.error).toContain('rate, which the sweep does not search')
  expect((await resumeSweep(directory)).trials).toEqual(more.trials)

  await appendFile(journal, '{"op_code":\n')
  await expect(resumeSweep(directory)).rejects.toMatchObject({ code: 'EXPERIMENT_BAD_JOURNAL' })
  await writeFile(join(directory, 'sweep.json'), '{')
  await expect(resumeSweep(directory)).rejects.toMatchObject({ code: 'EXPERIMENT_BAD_SWEEP' })
  await rm(join(directory, 'sweep.json'))
  await expect(resumeSweep(directory)).rejects.toMatchObject({ code: 'EXPERIMENT_SWEEP_MISSING' })
})

test('a trial whose runtime did not start in time is tried again', async () => {
  const directory = join(await temporaryFolder(), 'busy')
  let tries = 0
  const { trials } = await runSweep({ ...sweep, budget: { trials: 1 } }, directory, {
    remote: {
      capacity: async () => 1,
      runTrial: async ({ recipe, directory: run }) => {
        if (tries++ === 0) throw new TreadleError('RUNTIME_TIMEOUT', 'The machine was busy.')
        return runTrial(recipe, run, {}, { test: false })
      },
    },
  })
  expect(trials.map(({ state }) => state)).toEqual(['complete'])
  expect(tries).toBe(2)
  expect(await readFile(join(directory, 'journal.log'), 'utf8')).toContain('The machine was busy.')
})

test('two worker processes, of which one is killed in a trial, give the trials of one process', async () => {
  const folder = await temporaryFolder()
  const more = { ...sweep, budget: { trials: 4 } }
  const here = await runSweep(more, join(folder, 'here'))
  const directory = join(folder, 'workers')
  const killed = new Set<number>()
  const ended: number[] = []
  const result = await runSweep(more, directory, {
    workers: 2,
    threads: 1,
    loggers: [runLogger('tensorboard=logs', folder)],
    onEvent: async (event) => {
      if (event.type === 'trial-end') ended.push(event.trial.number)
      if (event.type !== 'run' || event.trial.number !== 1 || killed.size > 0) return
      const pid = await workerOfTrial(directory, 1)
      if (pid !== undefined && killed.add(pid)) process.kill(pid, 'SIGKILL')
    },
  })
  expect(result.stopped).toBe('trials')
  expect(killed.size).toBe(1)
  expect(ended.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3])
  expect(await outcome(result.trials)).toEqual(await outcome(here.trials))
  expect((await readJournal(directory)).filter(({ state }) => state === 1)).toHaveLength(4)
  // Each process has logged its trials.
  const logged = await readdir(join(folder, 'logs'), { recursive: true })
  const trials = logged.filter((name) => name.includes('tfevents')).map((name) => name.slice(0, 4))
  expect([...new Set(trials)].toSorted()).toEqual(['0000', '0001', '0002', '0003'])
})

test.each([
  [{ trial: 3 }, 'Did you mean `trials`?'],
  [{ trials: 0 }, 'must be a whole number'],
  [{ trials: '3' }, 'must be a number'],
  [{ workers: 0 }, '`workers` (=0) must be a whole number from 1'],
  [{ workers: 2, threads: 9 }, '`threads` (=9)'],
  [{ workers: 2, patience: 0 }, '`patience` (=0)'],
  [{ workers: 2, loggers: [{}] }, '`loggers[0]` (={}) must be a logger'],
  [{ workers: 2, loggers: [{ name: 'own', start() {} }] }, 'belongs to this process'],
  [{ confirm: 1 }, '`confirm` (=1) must be a whole number from 2 to 100'],
  [null, 'must be an object'],
])('options %j are refused, and no folder is made', async (options, message) => {
  const folder = join(await temporaryFolder(), 'none')
  for (const run of [
    () => runSweep(sweep, folder, options as never),
    () => resumeSweep(folder, options as never),
  ])
    await expect(run()).rejects.toThrow(message)
  await expect(resumeSweep(folder)).rejects.toMatchObject({ code: 'EXPERIMENT_SWEEP_MISSING' })
})
