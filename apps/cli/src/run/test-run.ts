import type { Dataset } from '@treadle/core'
import { mae, r2, rmse } from '@treadle/metrics'
import type { ClassifierTest, RegressorTest } from '@treadle/report'
import { evaluate } from '@treadle/trainer'
import type { Runtime } from '@treadle/runtime'
import type { LayersModel } from '@tensorflow/tfjs-layers'

export interface Tested {
  readonly test: ClassifierTest | RegressorTest
  /** `loss` and `accuracy`; for a regressor `loss`, `mae`, `rmse` and `r2`. */
  readonly figures: Record<string, number>
}

/** Runs the model over the test rows. */
export async function testModel(
  model: LayersModel,
  data: Dataset,
  runtime: Runtime,
  options: { batchSize?: number; signal?: AbortSignal } = {},
): Promise<Tested> {
  if ('classNames' in data) {
    const { labels } = data.test
    const { loss, accuracy, outputs } = await evaluate(model, data.test, { ...options, runtime })
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
  const { loss, outputs: predictions } = await evaluate(model, data.test, { ...options, runtime })
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
