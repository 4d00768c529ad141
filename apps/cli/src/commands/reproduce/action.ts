import { summariseSeeds } from '@treadle/metrics'
import { formatSeeds } from '@treadle/report'
import { writeFileAtomic } from '@treadle/core/node'
import type { Run } from '@treadle/experiment'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { interruption } from '../../context.ts'
import { readRecipe, withDataPath } from '../../arguments/recipe.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { duration, plural } from '../../terminal/format.ts'
import { textOptions } from '../../terminal/text-options.ts'
import { type Ui, banner, createUi, resultJson } from '../../terminal/ui.ts'
import { shellWord } from '@treadle/experiment/recipe'
import { connectedQueue, withoutPassword } from '../../arguments/queue-args.ts'
import { ensureRun } from './ensure-run.ts'
import { foldsJson, formatFolds } from './folds.ts'
import { reproduceJson } from './json.ts'
import { commonReference, whyNotCompared } from './reference.ts'
import { readSeedRun } from './seed-run.ts'
import { trainInQueue } from './train-in-queue.ts'
import { type Tasks, tasksOf } from './tasks.ts'

export async function action({ args, given, context }: Invocation<typeof definition>): Promise<void> {
  const tasks = tasksOf(args, given)
  const words = { args, given, cwd: context.cwd }
  const recipe = withDataPath(await readRecipe(words), words)
  const ui = onceEach(createUi(args, context))
  const folder = resolve(context.cwd, args.out)
  await mkdir(folder, { recursive: true })

  const runs: Run[] = []
  const { kind, count } = tasks
  const directoryOf = (number: number) => join(folder, `${kind}-${number}`)
  const queue = await connectedQueue(args, ui)
  if (queue !== undefined) {
    const numbers = Array.from({ length: count }, (_, i) => i + 1)
    const asked = numbers.map((number) => [directoryOf(number), tasks.recipeOf(recipe, number)] as const)
    await trainInQueue(queue, new Map(asked), ui).finally(() => queue.close())
  }
  // Those that the queue has trained are kept.
  for (let number = 1; number <= count; number++) {
    if (queue !== undefined && context.signal.aborted)
      return tellStopped(runs.length, tasks, wordsOf(args, given), ui)
    const own = tasks.recipeOf(recipe, number)
    const label = `${kind === 'seed' ? 'Seed' : 'Fold'} ${number}/${count}`
    const run = await ensureRun(own, directoryOf(number), label, ui)
    if (interruption(context.signal) !== undefined)
      return tellStopped(runs.length, tasks, wordsOf(args, given), ui)
    ui.print(runLine(run, `${kind} ${String(number).padEnd(3)}`, ui))
    runs.push(run)
  }
  await (kind === 'seed' ? concludeSeeds(runs, folder, ui) : concludeFolds(runs, folder, ui))
}

function runLine({ record, location }: Run, name: string, ui: Ui): string {
  const { bold, dim } = ui.out.colors
  const accuracy = record.test?.['accuracy'] ?? Number.NaN
  return ` ${name}  test accuracy ${bold(accuracy.toFixed(4))}  ${dim(`${duration(record.seconds).padEnd(11)}  ${displayPath(location, ui.context.cwd)}`)}`
}

/** Prints and writes mean and standard deviation over the seeds, and the comparison if the data allow one. */
async function concludeSeeds(runs: readonly Run[], folder: string, ui: Ui): Promise<void> {
  const seedRuns = await Promise.all(runs.map(readSeedRun))
  const records = runs.map(({ record }) => record)
  const reference = commonReference(records)
  const summary = summariseSeeds(seedRuns, reference)
  const object = reproduceJson(summary, runs)
  await writeFileAtomic(join(folder, 'reproduce.json'), `${resultJson(object, 2)}\n`)
  await writeFileAtomic(join(folder, 'reproduce.txt'), formatSeeds(summary, reference))
  const caution = reference === undefined ? banner('NOT COMPARABLE', whyNotCompared(records), ui.out) : ''
  const written = `${displayPath(join(folder, 'reproduce.json'), ui.context.cwd)} and reproduce.txt`
  ui.result(
    `\n${formatSeeds(summary, reference, textOptions(ui.out))}\n${caution}\n${ui.out.colors.dim(`Saved in ${written}`)}\n`,
    () => object,
  )
}

/** Prints and writes mean and interval over the folds. */
async function concludeFolds(runs: readonly Run[], folder: string, ui: Ui): Promise<void> {
  const summary = summariseSeeds(await Promise.all(runs.map(readSeedRun)))
  const object = foldsJson(summary, runs)
  await writeFileAtomic(join(folder, 'reproduce.json'), `${resultJson(object, 2)}\n`)
  await writeFileAtomic(join(folder, 'reproduce.txt'), formatFolds(summary))
  const written = `${displayPath(join(folder, 'reproduce.json'), ui.context.cwd)} and reproduce.txt`
  ui.result(`\n${formatFolds(summary)}\n${ui.out.colors.dim(`Saved in ${written}`)}\n`, () => object)
}

function tellStopped(finished: number, { kind, count }: Tasks, words: readonly string[], ui: Ui): void {
  const line = `treadle reproduce ${words.join(' ')}`
  ui.notice(
    `\nStopped after ${finished} of ${plural(count, kind)}. The finished runs and a checkpoint of the next one are saved.\n` +
      `Continue with\n  ${ui.out.colors.bold(line)}\n`,
  )
}

/** The arguments as they were given. */
const wordsOf = (args: Readonly<Record<string, unknown>>, given: ReadonlySet<string>): string[] =>
  Object.entries(args).flatMap(([name, value]) => {
    if (!given.has(name)) return []
    if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`]
    const texts = [value].flat().map((each) => shellWord(String(each)))
    return texts.map((text) => `--${name} ${name === 'queue' ? withoutPassword(text) : text}`)
  })

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
