import type { ImageDataset, LabelledImages } from '@treadle/core'
import { confusionMatrix } from '@treadle/metrics'
import type { Block, ClassifierTest, MatrixFigure, ReportDocument } from '@treadle/report'
import type { Runtime } from '@treadle/runtime'
import { evaluate } from '@treadle/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { EarlyMatrix, Result } from './protocol.ts'
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

/** The confusion matrix of the first 1,000 test images: a quick view while the network trains. */
export async function earlyMatrix(
  model: LayersModel,
  { test, classNames }: Pick<ImageDataset, 'test' | 'classNames'>,
  runtime: Runtime,
): Promise<EarlyMatrix> {
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

/** What the page shows of a tested network, from the sections of its report. */
export function describeResult(
  document: ReportDocument,
  model: LayersModel,
  rest: Pick<Result, 'title' | 'weightsSha256' | 'command' | 'noCommand' | 'hasReport'>,
): Result {
  const { images: _, ...shown } = document
  const blocks = document.sections.flatMap((section): readonly Block[] => section.blocks)
  const matrix = blocks.find((block): block is MatrixFigure => block.kind === 'matrix')
  return {
    ...rest,
    document: shown,
    matrix: matrix?.matrix ?? [],
    pictures: weightPictures(model, matrix?.classNames ?? []),
  }
}
