import { startRuntime } from '@treadle/runtime'
import { wholeNumber } from '../../arguments/values.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { createUi } from '../../terminal/ui.ts'
import { findModel } from '../../run/model.ts'
import { describePlan } from './compile.ts'
import { planTable } from './table.ts'

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const batchSize = wholeNumber('--batch-size', args['batch-size'], { min: 1, max: 4096 })
  const definition = findModel(args.model)
  const { inference, profile } = args
  const ui = createUi(args, context)
  const runtime = await startRuntime({ threads: 1, signal: context.signal })
  try {
    const plan = await describePlan(definition, runtime, { batchSize, inference, profile })
    const program = inference ? 'inference' : 'training'
    ui.print(`\n${ui.out.colors.bold(definition.name)}, ${program}\n`)
    ui.result(planTable(plan, ui.out), () => ({ model: definition.name, program, ...plan }))
  } finally {
    await runtime.dispose()
  }
}
