import { TreadleError } from '@treadle/core'
import { openRun } from '@treadle/experiment'
import { describeRun } from '@treadle/report'
import { resolve } from 'node:path'
import { dataOption, weightsOption } from '../../arguments/options.ts'
import { threadCount, wholeNumber } from '../../arguments/values.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { loadData, predictedNames, sampleNotice } from '../../data/load.ts'
import { renderResult } from '../../report/print.ts'
import { evaluateRun } from '../../run/evaluate-run.ts'
import { trainJson } from '../../run/json.ts'
import { createUi } from '../../terminal/ui.ts'

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const batchSize = wholeNumber('--batch-size', args['batch-size'], { min: 1, max: 1024 })
  const threads = threadCount('--threads', args.threads)
  const weights = weightsOption(args.weights)
  const ui = createUi(args, context)
  const run = await openRun(resolve(context.cwd, args.run))
  const data = await loadData(
    args.data === undefined ? run.record.recipe.data.name : dataOption(args.data, context.cwd),
    ui,
    run.record.recipe.training.seed,
  )
  assertSameNames(run.record.dataset.names, predictedNames(data), data.name)
  const notice = sampleNotice(data, ui)
  if (notice !== undefined) ui.notice(notice)
  const { record, analysis } = await evaluateRun(run, data, { threads, batchSize, weights }, ui)
  const shown = { location: run.location, record }
  ui.result(renderResult(shown, describeRun(analysis), ui), () => trainJson(shown, analysis))
}

function assertSameNames(trained: readonly string[], found: readonly string[], name: string): void {
  if (trained.join('\n') === found.join('\n')) return
  throw new TreadleError(
    'CLI_OTHER_CLASSES',
    `The model predicts ${trained.join(', ')}, but ${name} has ${found.join(', ')}. Choose data with the same classes in the same order.`,
  )
}
