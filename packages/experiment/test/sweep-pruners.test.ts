import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { needsPython, runPython, skipsWithoutModule } from '../../../test/support/python.ts'
import { openRun } from '../src/index.ts'
import { resumeSweep, runSweep } from '../src/sweep/index.ts'
import { bracketOf, bracketSizes } from '../src/sweep/pruners/hyperband.ts'
import { temporaryFolder } from './temporary-folder.ts'

/*
 * Sweeps end trials early as Optuna's pruners do with the same intermediate values. scripts/pruner_decisions.py asks
 * Optuna.
 */

const script = fileURLToPath(new URL('../scripts/pruner_decisions.py', import.meta.url))
const skips = skipsWithoutModule('optuna')

const EPOCHS = 9
const SEED = 8

const sweep = {
  name: 'pruned',
  recipe: {
    model: { name: 'wide-and-deep', units: [2] },
    data: 'sample',
    training: { epochs: EPOCHS, batchSize: 1000, threads: 1 },
  },
  search: { 'optimizer.learningRate': { logUniform: [1e-5, 0.1] } },
  objective: 'val_accuracy',
  sampler: 'halton',
  seed: SEED,
}

const hyperband = { name: 'hyperband', minEpochs: 1, factor: 3 }
const sizes = bracketSizes(hyperband.minEpochs, EPOCHS, hyperband.factor)

test.each([
  { pruner: { name: 'median', startupTrials: 2, warmupEpochs: 2 }, trials: 6 },
  { pruner: { name: 'asha', minEpochs: 2, factor: 2 }, trials: 5 },
  { pruner: hyperband, trials: 8 },
])('$pruner.name ends the trials that it ends in Optuna, at the same epochs', async (given) => {
  const { pruner, trials: count } = given
  const folder = await temporaryFolder()
  const directory = join(folder, 'sweep')
  const { trials, ranking } = await runSweep({ ...sweep, pruner, budget: { trials: count } }, directory)
  const pruned = trials.filter(({ state }) => state === 'pruned')
  const complete = trials.filter(({ state }) => state === 'complete')
  expect([pruned.length + complete.length, Math.min(pruned.length, complete.length) > 0]).toEqual([
    count,
    true,
  ])
  expect(ranking.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
    complete.map(({ number }) => number),
  )
  const journal = join(directory, 'journal.log')
  const lines = (await readFile(journal, 'utf8')).trimEnd().split('\n')
  const ends = lines.map(
    (line) => JSON.parse(line) as { trial_id?: number; state?: number; values?: [number] },
  )
  const recorded: [number, number, boolean][] = []
  for (const { number, state, directory: run } of trials) {
    const history = await (await openRun(run)).readHistory()
    expect(history.length === EPOCHS).toBe(state === 'complete')
    for (const { epoch } of history)
      if (epoch < EPOCHS) recorded.push([number, epoch, state === 'pruned' && epoch === history.length])
    // As Optuna has it: the value of a pruned trial is its last intermediate value.
    const end = ends.find((line) => line.trial_id === number && line.state === 2)
    expect(end?.values).toEqual(state === 'pruned' ? [history.at(-1)?.val_accuracy] : undefined)
  }
  expect((await resumeSweep(directory)).trials).toEqual(trials)

  if (skips) throw new Error(`Optuna is needed${needsPython}`)
  const brackets = Array.from({ length: count }, (_, number) =>
    pruner === hyperband ? bracketOf(number, SEED, sizes) : 0,
  )
  if (pruner === hyperband)
    expect(new Set(pruned.map(({ number }) => brackets[number])).size).toBeGreaterThan(1)
  const [options, out] = [join(folder, 'options.json'), join(folder, 'decisions.json')]
  await writeFile(options, JSON.stringify({ pruner, brackets }))
  runPython(script, journal, options, out)
  const decisions = JSON.parse(await readFile(out, 'utf8')) as [number, number, boolean][]
  expect(decisions.filter(([, epoch]) => epoch < EPOCHS)).toEqual(recorded)
})
