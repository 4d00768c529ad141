import type { Dataset } from '@treadle/core'
import { mae, r2, rmse } from '@treadle/metrics'
import type { ClassifierTest, RegressorTest } from '@treadle/report'
import { type ClassifierEvaluation, type Evaluation, evaluate } from '@treadle/trainer'
import type { Runtime } from '@treadle/runtime'
import type { LayersModel } from '@tensorflow/tfjs-layers'

export interface Tested {
  readonly test: ClassifierTest | RegressorTest
  /** `loss` and `accuracy`; for a regressor `loss`, `mae`, `rmse` and `r2`. */
  readonly figures: Record<string, number>
}

/**
 * Evaluates the model on the test set.
 * @param options.evaluation that of this model on this set, if it is known already
 */
export async function testModel(
  model: LayersModel,
  data: Dataset,
  runtime: Runtime,
  {
    evaluation,
    ...options
  }: { batchSize?: number; signal?: AbortSignal; evaluation?: Evaluation | undefined } = {},
): Promise<Tested> {
  if ('classNames' in data) {
    const { labels } = data.test
    const { loss, accuracy, outputs } =
      (evaluation as ClassifierEvaluation | undefined) ??
      (await evaluate(model, data.test, { ...options, runtime }))
    const test: ClassifierTest = {
      kind: 'classifier',
      classNames: data.classNames,
      loss,
      labels,
      probabilities: outputs,
      images: data.test,
    }
    return { test, figures: { accuracy, loss } }
  }
  const { targets } = data.test
  const { loss, outputs: predictions } =
    evaluation ?? (await evaluate(model, data.test, { ...options, runtime }))
  const test: RegressorTest = {
    kind: 'regressor',
    targetName: data.targetNames.join(', '),
    loss,
    targets,
    predictions,
  }
  const figures = {
    loss,
    mae: mae(targets, predictions),
    rmse: rmse(targets, predictions),
    r2: r2(targets, predictions),
  }
  return { test, figures }
}
