import type { RunRecord } from '@treadle/experiment'
import { buildModel, startRuntimeFor } from '@treadle/experiment'
import { commandLine } from '@treadle/experiment/recipe'
import { describeModel } from '@treadle/model'
import { decodeTrainingState } from '@treadle/trainer'
import { openData } from './data.ts'
import type { DataChoice, RunStatus, Settings } from './protocol.ts'
import { recipeOf } from './settings.ts'

/** What the first versions of the page stored: one value that held the run too. */
export interface FirstKept {
  readonly format: 1
  readonly data: DataChoice
  readonly model?: readonly File[]
  readonly run?: FirstRun
}

interface FirstRun {
  readonly settings: Readonly<
    Record<'epochs' | 'batchSize' | 'seed' | 'threads' | 'executor', string | number>
  >
  readonly status: RunStatus
  readonly startedAt: string
  readonly seconds: number
  /** An encoded training state; absent before the first epoch ended. */
  readonly state?: Uint8Array
}

const STATUS = { running: 'running', paused: 'aborted', stopped: 'aborted', finished: 'finished' } as const

/** A run of the page's first versions as a record of today, with its settings as the form has them. */
export async function recordOfFirst(
  run: FirstRun,
  choice: DataChoice,
): Promise<{ settings: Settings; record: RunRecord }> {
  const settings = Object.fromEntries(
    Object.entries(run.settings).map(([name, value]) => [`training.${name}`, String(value)]),
  )
  const recipe = recipeOf(settings, choice.kind)
  const { name, source, classNames, train, test } = await openData(
    choice.kind === 'full' ? { kind: 'full', download: false } : choice,
    {},
  )
  const executor = run.state ? decodeTrainingState(run.state).executor : recipe.training.executor
  const runtime = await startRuntimeFor(recipe)
  try {
    const model = await buildModel(recipe, { name, source, classNames, train, test })
    const record: RunRecord = {
      format: 2,
      status: STATUS[run.status],
      command: commandLine(recipe),
      startedAt: run.startedAt,
      seconds: run.seconds,
      recipe,
      model: describeModel(model),
      dataset: { name, kind: 'images', names: classNames, source, train: train.count, test: test.count },
      backend: { name: runtime.backendName, simd: runtime.simd, threads: runtime.threads },
      executor,
      versions: {},
    }
    model.dispose()
    return { settings, record }
  } finally {
    await runtime.dispose()
  }
}
