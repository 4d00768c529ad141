import { type Dataset, TreadleError, checkDataset, checkOptions } from '@treadle/core'
import { mae, r2, rmse } from '@treadle/metrics'
import type { ClassifierTest, RegressorTest } from '@treadle/report'
import type { Runtime } from '@treadle/runtime'
import type { TestTimeAugmentation } from '@treadle/image/views'
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
  /** Averages the probabilities over views of each image: see `evaluate` of `@treadle/trainer`. */
  readonly testTimeAugmentation?: TestTimeAugmentation | undefined
  /** That of this model on these samples, if it is known already: what `validation` of a `TrainResult` gives. */
  readonly evaluation?: ClassifierEvaluation | TableEvaluation | undefined
}

/**
 * Measures a model on the test samples of a data set.
 * @throws TreadleError `EXPERIMENT_NOT_FINITE` if the model's loss is not finite, and what `evaluate` throws
 */
export async function testModel(model: LayersModel, data: Dataset, given: TestOptions): Promise<TestResult> {
  checkOptions('testModel', given, {
    runtime: 'object',
    batchSize: 'number',
    signal: 'signal',
    loss: 'any',
    testTimeAugmentation: 'any',
    evaluation: 'object',
  })
  // Data to test on need not hold training samples.
  checkDataset('testModel', data, 0)
  const { evaluation, ...options } = given
  if ('classNames' in data) {
    const { loss, accuracy, outputs } =
      (evaluation as ClassifierEvaluation | undefined) ?? (await evaluate(model, data.test, options))
    assertFinite(loss)
    const { classNames, test: images } = data
    const { labels } = images
    const test = { kind: 'classifier', classNames, loss, labels, probabilities: outputs, images } as const
    return { test, metrics: { accuracy, loss } }
  }
  const { targets } = data.test
  const { loss, outputs: predictions } = evaluation ?? (await evaluate(model, data.test, options))
  assertFinite(loss)
  return {
    test: { kind: 'regressor', targetName: data.targetNames.join(', '), loss, targets, predictions },
    metrics: {
      loss,
      mae: mae(targets, predictions),
      rmse: rmse(targets, predictions),
      // One row has no variance.
      ...(targets.length > 1 && { r2: r2(targets, predictions) }),
    },
  }
}

function assertFinite(loss: number): void {
  if (Number.isFinite(loss)) return
  throw new TreadleError(
    'EXPERIMENT_NOT_FINITE',
    `Testing the model: its loss on the test samples is ${loss}. The data or the outputs have extreme values. ` +
      'Scale the data, or train again with a smaller learning rate.',
  )
}
