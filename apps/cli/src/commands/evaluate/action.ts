import type { Dataset } from '@treadle/core'
import { loadDataset } from '@treadle/dataset'
import { type Run, dataOptions, loadRunData, openRun, withClassesOf } from '@treadle/experiment'
import { classMetadata } from '@treadle/model'
import { describeRun } from '@treadle/report'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { resolve } from 'node:path'
import { dataOption, weightsOption } from '../../arguments/options.ts'
import { readRecipe } from '../../arguments/recipe.ts'
import { threadCount, wholeNumber } from '../../arguments/values.ts'
import { UsageError } from '../../errors.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { loadData, sampleNotice, showWarning } from '../../data/load.ts'
import { renderResult } from '../../report/print.ts'
import { evaluateRun } from '../../run/evaluate-run.ts'
import { trainJson } from '../../run/json.ts'
import { type Ui, createUi } from '../../terminal/ui.ts'
import { readMapping } from './mapping.ts'

export async function action(invocation: Invocation<typeof definition>): Promise<void> {
  const { args, context } = invocation
  const batchSize = wholeNumber('--batch-size', args['batch-size'], { min: 1, max: 1024 })
  const threads = threadCount('--threads', args.threads)
  const weights = weightsOption(args.weights)
  if (args.map !== undefined && args.data === undefined)
    throw new UsageError('`--map` needs `--data`: it explains the class names of other data.')
  const ui = createUi(args, context)
  const run = await openRun(resolve(context.cwd, args.run))
  const load = args.data === undefined ? ownData(run, ui) : await otherData(args.data, run, invocation, ui)
  const loadFor = async (model: LayersModel) => {
    const data = await load(model)
    const notice = sampleNotice(data, ui)
    if (notice !== undefined) ui.notice(notice)
    return data
  }
  const { record, analysis } = await evaluateRun(run, loadFor, { threads, batchSize, weights }, ui)
  const shown = { location: run.location, record }
  ui.result(renderResult(shown, describeRun(analysis), ui), () => trainJson(shown, analysis))
}

type Load = (model: LayersModel) => Promise<Dataset>

/** The data that the run was trained on, prepared as they were. */
function ownData({ record }: Run, ui: Ui): Load {
  return async () => {
    const data = await loadData((options) => loadRunData(record.recipe, options, record), ui)
    return withClassesOf(data, record.dataset.names)
  }
}

/** Other data, all of which are for testing unless a part of them is, prepared as the model needs them. */
async function otherData(
  path: string,
  { record }: Run,
  { args, given, context }: Invocation<typeof definition>,
  ui: Ui,
): Promise<Load> {
  const { cwd } = context
  const name = dataOption(path, cwd)
  const mapping = args.map === undefined ? undefined : await readMapping(resolve(cwd, args.map))
  const recipe = await readRecipe({ args, given: new Set([...given].filter((each) => each !== 'data')), cwd })
  const { names, kind } = record.dataset
  return async (model) => {
    const { preprocessing } =
      kind === 'images' ? classMetadata(model, metadataOf(model, names)) : { preprocessing: undefined }
    const options = { ...dataOptions(recipe), seed: record.recipe.training.seed, whole: true, preprocessing }
    const data = await loadData((shown) => loadDataset(name, { ...options, ...shown }), ui)
    const mapped = withClassesOf(data, names, mapping)
    if ('classNames' in mapped && 'classNames' in data)
      for (const finding of (mapped.findings ?? []).slice(data.findings?.length ?? 0))
        showWarning(finding, ui)
    return mapped
  }
}

/** Class names and preprocessing of a saved model; the names of the run if it has none. */
function metadataOf(model: LayersModel, classNames: readonly string[]) {
  const stored = (model.getUserDefinedMetadata() ?? {}) as Parameters<typeof classMetadata>[1]
  return { classNames, preprocessing: stored.preprocessing }
}
