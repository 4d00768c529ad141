import type { ImageDataset, LabelledImages } from '@treadle/core'
import { accuracy, classificationReport, confusionMatrix, predictedClasses } from '@treadle/metrics'
import type { ClassifierTest } from '@treadle/report'
import { describeModel, weightsSha256 } from '@treadle/model'
import type { Runtime } from '@treadle/runtime'
import { evaluate } from '@treadle/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Result } from './protocol.ts'
import { weightPictures } from './weight-pictures.ts'

/** Runs a network over the test images. */
export async function testModel(
  model: LayersModel,
  { test, classNames }: Pick<ImageDataset, 'test' | 'classNames'>,
  runtime: Runtime,
): Promise<ClassifierTest> {
  const { loss, outputs } = await evaluate(model, test, { runtime })
  return { kind: 'classifier', classNames, loss, labels: test.labels, probabilities: outputs, images: test }
}

/** The confusion matrix of the first rows: enough to see it grow, too few to hold training up. */
export async function earlyMatrix(
  model: LayersModel,
  { test, classNames }: Pick<ImageDataset, 'test' | 'classNames'>,
  runtime: Runtime,
): Promise<{ matrix: number[][]; rows: number }> {
  const rows = Math.min(test.count, 1000)
  const size = test.height * test.width * test.channels
  const first: LabelledImages = {
    ...test,
    images: test.images.subarray(0, rows * size),
    labels: test.labels.subarray(0, rows),
    count: rows,
  }
  const { predictions } = await evaluate(model, first, { runtime })
  return { matrix: confusionMatrix(first.labels, predictions, classNames.length), rows }
}

/** Everything the page shows of a tested network. */
export async function describeResult(
  model: LayersModel,
  test: ClassifierTest,
  rest: Pick<Result, 'title' | 'command' | 'noCommand' | 'hasReport'>,
): Promise<Result> {
  const { classNames, labels, probabilities, loss } = test
  const classes = classNames.length
  const predicted = predictedClasses(probabilities, classes)
  const probability = Float32Array.from(
    labels,
    (_, row) => probabilities[row * classes + (predicted[row] as number)] as number,
  )
  return {
    ...rest,
    accuracy: accuracy(labels, predicted),
    loss,
    matrix: confusionMatrix(labels, predicted, classes),
    report: classificationReport(labels, predicted, {
      classNames,
      labels: Int32Array.from(classNames, (_, label) => label),
    }),
    answers: { predicted: Int32Array.from(predicted), probability },
    pictures: weightPictures(model, classNames),
    parameters: describeModel(model).parameters.total,
    weightsSha256: await weightsSha256(model),
  }
}
