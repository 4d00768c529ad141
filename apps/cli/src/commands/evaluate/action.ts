import { TreadleError } from '@treadle/core'
import { loadModel, weightsSha256 } from '@treadle/model'
import { analyseRun, describeRun } from '@treadle/report'
import { startRuntime } from '@treadle/runtime'
import { join, resolve } from 'node:path'
import { threadCount, wholeNumber } from '../../arguments/values.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { loadData, predictedNames, sampleNotice } from '../../data/load.ts'
import {
  comparableBaseline,
  historyOf,
  isFullFashionMnist,
  lossOption,
  modelDefinition,
  openRun,
  testModel,
  toRunReport,
} from '@treadle/experiment'
import { renderResult } from '../../report/print.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { banner, createUi } from '../../terminal/ui.ts'
import { trainJson } from '../../run/json.ts'
import { dataOption } from '../../arguments/options.ts'

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const batchSize = wholeNumber('--batch-size', args['batch-size'], { min: 1, max: 1024 })
  const threads = threadCount('--threads', args.threads)
  const ui = createUi(args, context)
  const run = await openRun(resolve(context.cwd, args.run))
  const { record, location } = run
  const modelPath = join(location, 'model')
  const data = await loadData(
    args.data === undefined ? record.recipe.data.name : dataOption(args.data, context.cwd),
    ui,
    record.recipe.training.seed,
  )
  assertSameNames(record.dataset.names, predictedNames(data), data.name)
  const notice = sampleNotice(data, ui)
  if (notice !== undefined) ui.notice(notice)

  const runtime = await startRuntime({ threads, signal: context.signal })
  try {
    const model = await loadModel(modelPath, { signal: context.signal })
    try {
      const sha256 = await weightsSha256(model)
      const changed = record.weightsSha256 !== undefined && record.weightsSha256 !== sha256
      if (changed) {
        const place = displayPath(modelPath, context.cwd)
        const text = `The weights in ${place} have changed since training. The metrics describe the current weights; epochs and settings describe the original run.`
        ui.notice(banner('OTHER WEIGHTS', text, ui.out))
      }
      const { test, metrics } = await testModel(model, data, {
        runtime,
        batchSize,
        loss: lossOption(record.recipe),
        signal: context.signal,
      })
      const dataset = {
        ...record.dataset,
        name: data.name,
        source: data.source,
        train: data.train.count,
        test: data.test.count,
      }
      const tested = { ...record, dataset, test: metrics, weightsSha256: sha256 }
      // Comparable only with the weights of the run, and if training and test used the published data.
      const comparable = !changed && [record.dataset.source, data.source].every(isFullFashionMnist)
      const reference = comparable
        ? comparableBaseline(modelDefinition(record.recipe), data.source, record.recipe)
        : undefined
      const history = historyOf(await run.readHistory())
      const analysis = analyseRun(toRunReport(tested, { history, test, reference }))
      const shown = { location, record: tested }
      ui.result(renderResult(shown, describeRun(analysis), ui), () => trainJson(shown, analysis))
    } finally {
      model.dispose()
    }
  } finally {
    await runtime.dispose()
  }
}

function assertSameNames(trained: readonly string[], found: readonly string[], name: string): void {
  if (trained.join('\n') === found.join('\n')) return
  throw new TreadleError(
    'CLI_OTHER_CLASSES',
    `The model predicts ${trained.join(', ')}, but ${name} has ${found.join(', ')}. Choose data with the same classes in the same order.`,
  )
}
