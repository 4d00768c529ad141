import type { Dataset } from '@treadle/core'
import { loadDataset } from '@treadle/dataset'
import { type Run, dataOptions, loadRunData, openRun, withClassesOf } from '@treadle/experiment'
import { classMetadata } from '@treadle/model'
import { describeRun } from '@treadle/report'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { resolve } from 'node:path'
import { dataOption, weightsOption } from '../../arguments/options.ts'
import { readRecipe } from '../../arguments/recipe.ts'
import { ttaOption } from '../../arguments/tta-arg.ts'
import { threadCount, wholeNumber } from '../../arguments/values.ts'
import { UsageError } from '../../errors.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { loadData, sampleNotice, showWarning } from '../../data/load.ts'
import { renderResult } from '../../report/print.ts'
import { evaluateModel } from '../../run/evaluate-model.ts'
import { evaluateRun } from '../../run/evaluate-run.ts'
import { modelJson, trainJson } from '../../run/json.ts'
import { isModelFolder } from '../../run/model-folder.ts'
import { type Ui, createUi } from '../../terminal/ui.ts'
import { readMapping } from './mapping.ts'

export async function action(invocation: Invocation<typeof definition>): Promise<void> {
  const { args, context } = invocation
  const batchSize = wholeNumber('--batch-size', args['batch-size'], { min: 1, max: 1024 })
  const threads = threadCount('--threads', args.threads)
  const weights = weightsOption(args.weights)
  const tta = ttaOption(args.tta)
  if (args.map !== undefined && args.data === undefined)
    throw new UsageError('`--map` needs `--data`: it explains the class names of other data.')
  const ui = createUi(args, context)
  const path = resolve(context.cwd, args.run)
  const recorded = tta === undefined ? {} : { testTimeAugmentation: tta }
  const withNotice = (load: Load) => async (model: LayersModel) => {
    const data = await load(model)
    const notice = sampleNotice(data, ui)
    if (notice !== undefined) ui.notice(notice)
    return data
  }
  if (await isModelFolder(path)) {
    if (args.data === undefined)
      throw new UsageError(
        `${args.run} is a saved model, not a run directory, and names no data to test on. Give them with --data, such as --data auto for Fashion-MNIST.`,
      )
    if (weights !== undefined)
      throw new UsageError(
        `${args.run} is a saved model and has no checkpoints. Leave \`--weights\` out, or give a run directory.`,
      )
    const load = withNotice(await otherData(args.data, undefined, invocation, ui))
    const tested = await evaluateModel(path, load, { threads, batchSize, tta }, context.signal)
    const shown = { location: path, record: { test: tested.metrics }, tta }
    ui.result(renderResult(shown, describeRun(tested.analysis), ui), () => ({
      ...modelJson(path, tested),
      ...recorded,
    }))
    return
  }
  const run = await openRun(path)
  const load = withNotice(
    args.data === undefined ? ownData(run, ui) : await otherData(args.data, run, invocation, ui),
  )
  const { record, analysis } = await evaluateRun(run, load, { threads, batchSize, weights, tta }, ui)
  const shown = { location: run.location, record, tta }
  ui.result(renderResult(shown, describeRun(analysis), ui), () => ({
    ...trainJson(shown, analysis),
    ...recorded,
  }))
}

type Load = (model: LayersModel) => Promise<Dataset>

/** The data that the run was trained on, prepared as they were. */
function ownData({ record }: Run, ui: Ui): Load {
  return async () => {
    const data = await loadData((options) => loadRunData(record.recipe, options, record), ui)
    return withClassesOf(data, record.dataset.names)
  }
}

/**
 * Other data, all of which are for testing unless a part of them is, prepared as the model needs them.
 * @param run that of the model, if it has one; otherwise the model names its classes
 */
async function otherData(
  path: string,
  run: Run | undefined,
  { args, given, context }: Invocation<typeof definition>,
  ui: Ui,
): Promise<Load> {
  const { cwd } = context
  const name = dataOption(path, cwd)
  const mapping = args.map === undefined ? undefined : await readMapping(resolve(cwd, args.map))
  const recipe = await readRecipe({ args, given: new Set([...given].filter((each) => each !== 'data')), cwd })
  const { seed } = dataOptions(run?.record.recipe ?? recipe)
  const kind = run?.record.dataset.kind ?? 'images'
  return async (model) => {
    const metadata =
      kind === 'images' ? classMetadata(model, metadataOf(model, run?.record.dataset.names)) : undefined
    const names = run?.record.dataset.names ?? metadata?.classNames ?? []
    const preprocessing = metadata?.preprocessing
    const options = {
      ...dataOptions(recipe),
      ...(seed !== undefined && { seed }),
      whole: true,
      preprocessing,
    }
    const data = await loadData((shown) => loadDataset(name, { ...options, ...shown }), ui)
    const mapped = withClassesOf(data, names, mapping)
    if ('classNames' in mapped && 'classNames' in data)
      for (const finding of (mapped.findings ?? []).slice(data.findings?.length ?? 0))
        showWarning(finding, ui)
    return mapped
  }
}

/** Class names and preprocessing of a saved model; the names of the run if there is one. */
function metadataOf(model: LayersModel, classNames: readonly string[] | undefined) {
  const stored = (model.getUserDefinedMetadata() ?? {}) as Parameters<typeof classMetadata>[1]
  return { classNames: classNames ?? stored.classNames, preprocessing: stored.preprocessing }
}
