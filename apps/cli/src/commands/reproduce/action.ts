import { summariseSeeds } from '@treadle/metrics'
import { formatSeeds } from '@treadle/report'
import { writeFileAtomic } from '@treadle/core/node'
import type { Run } from '@treadle/experiment'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Invocation } from '../command.ts'
import { definition } from './definition.ts'
import { readRecipe, withDataPath } from '../../arguments/recipe.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { onceEach } from '../../terminal/once-each.ts'
import { plural } from '../../terminal/format.ts'
import { textOptions } from '../../terminal/text-options.ts'
import { type Ui, banner, createUi, resultJson } from '../../terminal/ui.ts'
import { type WantedRun, completeRuns } from '../../run/several/complete-runs.ts'
import { tellStopped } from '../../run/several/tell-stopped.ts'
import { foldsJson, formatFolds } from './folds.ts'
import { reproduceJson } from './json.ts'
import { commonReference, whyNotCompared } from './reference.ts'
import { readSeedRun } from './seed-run.ts'
import { tasksOf } from './tasks.ts'

export async function action({ args, given, context }: Invocation<typeof definition>): Promise<void> {
  const tasks = tasksOf(args, given)
  const words = { args, given, cwd: context.cwd }
  const recipe = withDataPath(await readRecipe(words), words)
  const ui = onceEach(createUi(args, context))
  const folder = resolve(context.cwd, args.out)
  await mkdir(folder, { recursive: true })

  const { kind, count } = tasks
  const wanted = Array.from({ length: count }, (_, i): WantedRun => {
    const number = i + 1
    return {
      kind,
      number,
      directory: join(folder, `${kind}-${number}`),
      recipe: tasks.recipeOf(recipe, number),
    }
  })
  const runs = await completeRuns(wanted, args, ui)
  if (context.signal.aborted)
    return tellStopped(
      runs.length,
      plural(count, kind),
      { command: 'reproduce', definition, args, given },
      ui,
    )
  await (kind === 'seed' ? concludeSeeds(runs, folder, ui) : concludeFolds(runs, folder, ui))
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
