import { TreadleError, isTreadleError } from '@treadle/core'
import {
  type ClassMetadataOptions,
  type ModelMetadata,
  type SavedModel,
  classMetadata,
  ensembleModel,
  saveModel,
  weightsSha256 as sha256Of,
} from '@treadle/model'
import { analyseComparison, describeComparison, renderReportText } from '@treadle/report'
import { startRuntime } from '@treadle/runtime'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { displayPath } from '../../terminal/display-path.ts'
import { textOptions } from '../../terminal/text-options.ts'
import type { Ui } from '../../terminal/ui.ts'
import { wrap } from '../../terminal/wrap.ts'
import { comparisonJson } from '../compare/json.ts'
import { type Members, loadMembers, weightsOnValidation } from './members.ts'

/** How models become one. */
export interface Combination {
  /** Folder of the model. */
  readonly out: string
  /** Whether a model in it is replaced. */
  readonly overwrite: boolean
  readonly weights: 'equal' | 'validation'
  readonly threads: 'auto' | number
}

/** Makes one model of several, saves it, and compares it with them. */
export async function combine(
  members: Members,
  { out, overwrite, weights: choice, threads }: Combination,
  ui: Ui,
): Promise<void> {
  const { cwd, signal } = ui.context
  const { runs, folders } = members
  const runtime = await startRuntime({ threads, signal })
  let models: readonly LayersModel[] = []
  try {
    models = await loadMembers(members, signal)
    const weights =
      choice === 'equal'
        ? models.map(() => 1 / models.length)
        : await weightsOnValidation(members, models, ui)
    const ensemble = await ensembleModel(models, { weights })
    try {
      const { preprocessing, trainingStatistics } = (models[0]?.getUserDefinedMetadata() ??
        {}) as ClassMetadataOptions
      const classNames = runs[0]?.record.dataset.names
      const metadata = {
        ...classMetadata(ensemble, { classNames, preprocessing, trainingStatistics }),
        ensemble: await Promise.all(
          models.map(async (model, i) => ({ weightsSha256: await sha256Of(model), weight: weights[i] })),
        ),
      }
      const { weightsSha256 } = await save(ensemble, out, { metadata, overwrite })
      const analysis = analyseComparison(await members.compare(models, weights, runtime))
      const report = describeComparison(analysis)
      const end = wrap(`${ui.out.colors.bold('Written')} ${displayPath(out, cwd)}`, ui.out.columns)
      const shares = `Weights: ${weights.map((weight) => weight.toFixed(3)).join(', ')} (${choice})`
      const text = ui.quiet
        ? `${[report.headline, report.comparison ?? []].flat().join('\n')}\n`
        : `${[renderReportText(report, textOptions(ui.out)), shares, ...end].join('\n').trimEnd()}\n`
      ui.result(text, () => {
        const { runs: compared, ...rest } = comparisonJson(analysis, [
          ...(runs.length > 1 ? runs : folders.map((location) => ({ location }))),
          { location: out },
        ])
        return { weights, model: out, weightsSha256, runs: compared, ...rest }
      })
    } finally {
      ensemble.dispose()
    }
  } finally {
    for (const model of models) model.dispose()
    await runtime.dispose()
  }
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
