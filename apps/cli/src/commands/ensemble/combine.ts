import { TreadleError, isTreadleError } from '@treadle/core'
import { type Run, compareEnsemble, loadRunData, validationWeights } from '@treadle/experiment'
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
import { join } from 'node:path'
import { loadData } from '../../data/load.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { textOptions } from '../../terminal/text-options.ts'
import type { Ui } from '../../terminal/ui.ts'
import { wrap } from '../../terminal/wrap.ts'
import { comparisonJson } from '../compare/json.ts'

/** How runs become one model. */
export interface Combination {
  /** Folder of the model. */
  readonly out: string
  /** Whether a model in it is replaced. */
  readonly overwrite: boolean
  readonly weights: 'equal' | 'validation'
  readonly threads: 'auto' | number
}

/** Makes one model of runs, saves it, and compares it with them. */
export async function combine(
  runs: readonly Run[],
  { out, overwrite, weights: choice, threads }: Combination,
  ui: Ui,
): Promise<void> {
  const { cwd, signal } = ui.context
  const equal = runs.map(() => 1 / runs.length)
  // Before anything is loaded: runs that do not fit are an error at once.
  await compareEnsemble(runs, equal)

  const runtime = await startRuntime({ threads, signal })
  const members: LayersModel[] = []
  try {
    for (const { location } of runs) members.push(await loadModel(join(location, 'model'), { signal }))
    const weights = choice === 'equal' ? equal : await weightsOnValidation(runs, members, ui)
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
      const shares = `Weights: ${weights.map((weight) => weight.toFixed(3)).join(', ')} (${choice})`
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

export const occupied = (out: string) =>
  new TreadleError(
    'CLI_FILE_EXISTS',
    `${out} holds a model already. Choose another folder for --out, or replace it (--force).`,
  )
