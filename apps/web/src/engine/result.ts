import type { ImageDataset, LabelledImages } from '@treadle/core'
import {
  type ClassifierTest,
  classificationReport,
  confusionMatrix,
  predictedClasses,
} from '@treadle/metrics'
import { describeModel, weightsSha256 } from '@treadle/model'
import type { Runtime } from '@treadle/runtime'
import { evaluate } from '@treadle/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Answer, Result } from './protocol.ts'
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
  const predictions = predictedClasses(probabilities, classes)
  const answers = Array.from(labels, (actual, row): Answer => {
    const predicted = predictions[row] as number
    return { row, actual, predicted, probability: probabilities[row * classes + predicted] as number }
  })
  const right = answers.filter(({ actual, predicted }) => actual === predicted).length
  return {
    ...rest,
    accuracy: right / answers.length,
    loss,
    matrix: confusionMatrix(labels, predictions, classes),
    report: classificationReport(labels, predictions, {
      classNames,
      labels: Int32Array.from(classNames, (_, label) => label),
    }),
    answers,
    pictures: weightPictures(model, classNames),
    parameters: describeModel(model).parameters.total,
    weightsSha256: await weightsSha256(model),
  }
}
