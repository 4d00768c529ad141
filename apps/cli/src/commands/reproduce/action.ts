import { summariseSeeds } from '@treadle/metrics'
import { formatSeeds } from '@treadle/report'
import type { PublishedResult } from '@treadle/core'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { threadCount, wholeNumber } from '../../arguments/values.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { interruption } from '../../context.ts'
import { comparableReference } from '../../report/reference.ts'
import { writeFileAtomic } from '../../run-directory/atomic-write.ts'
import type { TrainRequest } from '../../run-directory/record.ts'
import type { RunDirectory } from '../../run-directory/run-directory.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { duration, plural } from '../../terminal/format.ts'
import { textOptions } from '../../terminal/text-options.ts'
import { type Ui, banner, createUi } from '../../terminal/ui.ts'
import { findModel } from '../../run/model.ts'
import { dataOption, epochsOption, executorOption } from '../../arguments/options.ts'
import { shellWord } from '../../arguments/shell-word.ts'
import { ensureRun } from './ensure-run.ts'
import { readSeedRun } from './seed-run.ts'

const MODEL = 'wide-and-deep'

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const seeds = wholeNumber('--seeds', args.seeds, { min: 1, max: 1000 })
  const base: Omit<TrainRequest, 'seed'> = {
    model: MODEL,
    modelParameters: {},
    data: dataOption(args.data, context.cwd),
    epochs: epochsOption(args.epochs),
    batchSize: 32,
    threads: threadCount('--threads', args.threads),
    executor: executorOption(args.executor),
    optimizer: 'adam',
  }
  const ui = onceEach(createUi(args, context))
  const folder = resolve(context.cwd, args.out)
  await mkdir(folder, { recursive: true })

  const runs: RunDirectory[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    const run = await ensureRun({ ...base, seed }, join(folder, `seed-${seed}`), `Seed ${seed}/${seeds}`, ui)
    if (interruption(context.signal) !== undefined) return tellStopped(runs.length, seeds, args.out, ui)
    ui.print(runLine(run, seed, ui))
    runs.push(run)
  }
  await conclude(runs, folder, ui)
}

function runLine({ record, path }: RunDirectory, seed: number, ui: Ui): string {
  const { bold, dim } = ui.out.colors
  const accuracy = record.test?.['accuracy'] ?? Number.NaN
  return ` seed ${String(seed).padEnd(3)}  test accuracy ${bold(accuracy.toFixed(4))}  ${dim(`${duration(record.seconds).padEnd(11)}  ${displayPath(path, ui.context.cwd)}`)}`
}

/** Prints and writes mean and standard deviation over the seeds, and the comparison if the data allow one. */
async function conclude(runs: readonly RunDirectory[], folder: string, ui: Ui): Promise<void> {
  const seedRuns = await Promise.all(runs.map(readSeedRun))
  const reference = commonReference(runs)
  const summary = summariseSeeds(seedRuns, reference)
  const object = {
    ...summary,
    runs: runs.map(({ record, path }) => ({
      seed: record.request.seed,
      ...record.test,
      seconds: record.seconds,
      weightsSha256: record.weightsSha256,
      runDirectory: path,
    })),
  }
  await writeFileAtomic(join(folder, 'reproduce.json'), `${JSON.stringify(object, null, 2)}\n`)
  await writeFileAtomic(join(folder, 'reproduce.txt'), formatSeeds(summary, reference))
  const caution =
    reference === undefined
      ? banner(
          'NOT COMPARABLE',
          'The baseline was measured on the full Fashion-MNIST. These runs used other data, so they are not compared with it.',
          ui.out,
        )
      : ''
  const written = `${displayPath(join(folder, 'reproduce.json'), ui.context.cwd)} and reproduce.txt`
  ui.result(
    `\n${formatSeeds(summary, reference, textOptions(ui.out))}\n${caution}\n${ui.out.colors.dim(`Saved in ${written}`)}\n`,
    () => object,
  )
}

/** The published result if every run is comparable with it. */
function commonReference(runs: readonly RunDirectory[]): PublishedResult | undefined {
  const found = runs.map(({ record }) =>
    comparableReference(findModel(MODEL), record.dataset.source, record.request),
  )
  return found.includes(undefined) ? undefined : found[0]
}

function tellStopped(finished: number, seeds: number, out: string, ui: Ui): void {
  const line = `treadle reproduce --seeds ${seeds} --out ${shellWord(out)}`
  ui.notice(
    `\nStopped after ${finished} of ${plural(seeds, 'seed')}. The finished runs and a checkpoint of the next one are saved.\n` +
      `Continue with\n  ${ui.out.colors.bold(line)}\n`,
  )
}

/** Prints a notice that every run repeats only once. */
function onceEach(ui: Ui): Ui {
  const told = new Set<string>()
  return {
    ...ui,
    notice: (text) => {
      if (!told.has(text)) ui.notice(text)
      told.add(text)
    },
  }
}
