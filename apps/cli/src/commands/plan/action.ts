import { wholeNumber } from '../../arguments/values.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { createUi } from '../../terminal/ui.ts'
import { modelDefinition, startRuntimeFor } from '@treadle/experiment'
import { readRecipe } from '../../arguments/recipe.ts'
import { describePlan } from './compile.ts'
import { planTable } from './table.ts'

export async function action({ args, given, context }: Invocation<typeof definition>): Promise<void> {
  const flag = wholeNumber('--batch-size', args['batch-size'], { min: 1, max: 4096 })
  const recipe = await readRecipe({ args, given, cwd: context.cwd })
  const batchSize = given.has('batch-size') ? flag : recipe.training.batchSize
  const { name } = modelDefinition(recipe)
  const { inference, profile } = args
  const ui = createUi(args, context)
  // They change times, not the program.
  const forSpeed = profile ? {} : { fastMath: false, wideSimd: false }
  const training = { ...recipe.training, ...forSpeed, threads: 1 }
  const runtime = await startRuntimeFor({ ...recipe, training }, context.signal)
  try {
    const plan = await describePlan(recipe, runtime, { batchSize, inference, profile })
    const program = inference ? 'inference' : 'training'
    ui.print(`\n${ui.out.colors.bold(name)}, ${program}\n`)
    ui.result(planTable(plan, ui.out), () => ({ model: name, program, ...plan }))
  } finally {
    await runtime.dispose()
  }
}
