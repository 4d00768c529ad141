import { recipeToYaml } from '@treadle/experiment/recipe'
import { resolve } from 'node:path'
import { loggersOf } from '../../arguments/loggers.ts'
import { readRecipe, withDataPath } from '../../arguments/recipe.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { UsageError } from '../../errors.ts'
import { createUi, resultJson } from '../../terminal/ui.ts'
import type { TrainTask } from '../../run/task.ts'

/** The arguments that can be combined with `--resume`. All others keep the values of the run. */
const RESUMABLE = new Set(['resume', 'log', 'epochs', 'threads', 'wide-simd', 'json', 'quiet'])

export async function action(invocation: Invocation<typeof definition>): Promise<number | void> {
  const { args, context } = invocation
  if (args['print-recipe']) return printRecipe(invocation)
  const task =
    args.resume === undefined ? await newRun(invocation) : await resumedRun(args.resume, invocation)
  // After the command line is checked, because it loads tfjs.
  const { train } = await import('./train.ts')
  return train(task, createUi(args, context))
}

async function printRecipe({ args, given, context }: Invocation<typeof definition>): Promise<void> {
  const recipe = await readRecipe({ args, given, cwd: context.cwd })
  context.stdout.write(args.json ? `${resultJson(recipe, 2)}\n` : await recipeToYaml(recipe))
}

async function newRun({ args, given, context }: Invocation<typeof definition>): Promise<TrainTask> {
  const words = { args, given, cwd: context.cwd }
  return {
    recipe: withDataPath(await readRecipe(words), words),
    ...(args.out !== undefined && { out: resolve(context.cwd, args.out) }),
    force: args.force,
    loggers: await loggersOf(args.log, context.cwd),
  }
}

async function resumedRun(
  run: string,
  { args, given, context }: Invocation<typeof definition>,
): Promise<TrainTask> {
  const other = [...given].find((name) => !RESUMABLE.has(name))
  if (other !== undefined) {
    const what = other === 'model' ? `The model (${args.model})` : `\`--${other}\``
    throw new UsageError(
      `${what} cannot change with --resume: the run continues with its own settings. ` +
        'Leave it out, or start a new run without --resume. Only --epochs, --threads, --wide-simd and --log may change.',
    )
  }
  const { epochs, threads, wideSimd } = (await readRecipe({ args, given, cwd: context.cwd })).training
  return {
    resume: resolve(context.cwd, run),
    loggers: await loggersOf(args.log, context.cwd),
    ...(given.has('epochs') && { epochs }),
    ...(given.has('threads') && { threads }),
    ...(given.has('wide-simd') && { wideSimd }),
  }
}
