import { TreadleError, isTreadleError } from '@treadle/core'
import { type Run, compareEnsemble, loadRunData, openRun, validationWeights } from '@treadle/experiment'
import {
  type ClassMetadataOptions,
  type ModelMetadata,
  type SavedModel,
  classMetadata,
  ensembleModel,
  loadModel,
  saveModel,
} from '@treadle/model'
import { analyseComparison, describeComparison, renderReportText } from '@treadle/report'
import { startRuntime } from '@treadle/runtime'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { join, resolve } from 'node:path'
import { threadCount } from '../../arguments/values.ts'
import { loadData } from '../../data/load.ts'
import { UsageError } from '../../errors.ts'
import { exists } from '../../run/model-folder.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { textOptions } from '../../terminal/text-options.ts'
import { type Ui, createUi } from '../../terminal/ui.ts'
import { wrap } from '../../terminal/wrap.ts'
import type { Invocation } from '../command.ts'
import { comparisonJson } from '../compare/json.ts'
import type { definition } from './definition.ts'

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const { cwd, signal } = context
  const locations = [...new Set(args.run.map((word) => resolve(cwd, word)))]
  if (locations.length < 2 || locations.length > 49)
    throw new UsageError(`ensemble takes 2 to 49 different run directories, got ${locations.length}.`)
  if (args.out === undefined) throw new UsageError('`--out` is missing. Give the folder for the model.')
  if (args.weights !== 'equal' && args.weights !== 'validation')
    throw new UsageError(`\`--weights\` (=${args.weights}) must be equal or validation.`)
  const threads = threadCount('--threads', args.threads)
  const out = resolve(cwd, args.out)
  const overwrite = args.force
  if (!overwrite && (await exists(join(out, 'model.json')))) throw occupied(out)
  const ui = createUi(args, context)
  const runs: Run[] = []
  for (const location of locations) runs.push(await openRun(location))
  const equal = runs.map(() => 1 / runs.length)
  // Before anything is loaded: runs that do not fit are an error at once.
  await compareEnsemble(runs, equal)

  const runtime = await startRuntime({ threads, signal })
  const members: LayersModel[] = []
  try {
    for (const { location } of runs) members.push(await loadModel(join(location, 'model'), { signal }))
    const weights = args.weights === 'equal' ? equal : await weightsOnValidation(runs, members, ui)
    const ensemble = await ensembleModel(members, { weights })
    try {
      const { preprocessing, trainingStatistics } = (members[0]?.getUserDefinedMetadata() ??
        {}) as ClassMetadataOptions
      const classNames = runs[0]?.record.dataset.names
      const metadata = {
        ...classMetadata(ensemble, { classNames, preprocessing, trainingStatistics }),
        ensemble: runs.map(({ record }, i) => ({ weightsSha256: record.weightsSha256, weight: weights[i] })),
      }
      const { weightsSha256 } = await save(ensemble, out, { metadata, overwrite })
      const analysis = analyseComparison(await compareEnsemble(runs, weights))
      const report = describeComparison(analysis)
      const end = wrap(`${ui.out.colors.bold('Written')} ${displayPath(out, cwd)}`, ui.out.columns)
      const shares = `Weights: ${weights.map((weight) => weight.toFixed(3)).join(', ')} (${args.weights})`
      const text = ui.quiet
        ? `${[report.headline, report.comparison ?? []].flat().join('\n')}\n`
        : `${[renderReportText(report, textOptions(ui.out)), shares, ...end].join('\n').trimEnd()}\n`
      ui.result(text, () => {
        const { runs: compared, ...rest } = comparisonJson(analysis, [...runs, { location: out }])
        return { weights, model: out, weightsSha256, runs: compared, ...rest }
      })
    } finally {
      ensemble.dispose()
    }
  } finally {
    for (const member of members) member.dispose()
    await runtime.dispose()
  }
}

/** Weights by ensemble selection on the validation samples of the runs. */
async function weightsOnValidation(
  runs: readonly Run[],
  members: readonly LayersModel[],
  ui: Ui,
): Promise<number[]> {
  const { recipe, ...record } = (runs[0] as Run).record
  const data = await loadData((options) => loadRunData(recipe, options, record), ui)
  return validationWeights(runs, members, data)
}

/** Saves the ensemble; another process may have saved a model there since the command began. */
async function save(
  ensemble: LayersModel,
  out: string,
  options: { readonly metadata: ModelMetadata; readonly overwrite: boolean },
): Promise<SavedModel> {
  try {
    return await saveModel(ensemble, out, options)
  } catch (error) {
    if (isTreadleError(error) && error.code === 'MODEL_EXISTS') throw occupied(out)
    throw error
  }
}

const occupied = (out: string) =>
  new TreadleError(
    'CLI_FILE_EXISTS',
    `${out} holds a model already. Choose another folder for --out, or replace it (--force).`,
  )
