import type { Dataset } from '@treadle/core'
import { mae, r2, rmse } from '@treadle/metrics'
import type { ClassifierTest, RegressorTest } from '@treadle/report'
import type { Runtime } from '@treadle/runtime'
import { type ClassifierEvaluation, type LossOption, type TableEvaluation, evaluate } from '@treadle/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'

export interface TestResult {
  readonly test: ClassifierTest | RegressorTest
  /** `loss` and `accuracy`; of a regressor `loss`, `mae`, `rmse` and `r2`. */
  readonly metrics: Readonly<Record<string, number>>
}

export interface TestOptions {
  readonly runtime: Runtime
  /** Samples of one inference call; 256 unless given. */
  readonly batchSize?: number
  readonly signal?: AbortSignal
  /** By the last activation and the data unless given. */
  readonly loss?: LossOption
  /** That of this model on these samples, if it is known already: what `validation` of a `TrainResult` gives. */
  readonly evaluation?: ClassifierEvaluation | TableEvaluation | undefined
}

/** Measures a model on the test samples of a data set. */
export async function testModel(
  model: LayersModel,
  data: Dataset,
  { evaluation, ...options }: TestOptions,
): Promise<TestResult> {
  if ('classNames' in data) {
    const { loss, accuracy, outputs } =
      (evaluation as ClassifierEvaluation | undefined) ?? (await evaluate(model, data.test, options))
    const { classNames, test: images } = data
    const { labels } = images
    const test = { kind: 'classifier', classNames, loss, labels, probabilities: outputs, images } as const
    return { test, metrics: { accuracy, loss } }
  }
  const { targets } = data.test
  const { loss, outputs: predictions } = evaluation ?? (await evaluate(model, data.test, options))
  return {
    test: { kind: 'regressor', targetName: data.targetNames.join(', '), loss, targets, predictions },
    metrics: {
      loss,
      mae: mae(targets, predictions),
      rmse: rmse(targets, predictions),
      r2: r2(targets, predictions),
    },
  }
}
