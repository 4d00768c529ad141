import type { Dataset, ImageDataset } from '@treadle/core'
import { describeDataset } from '@treadle/dataset'
import type { RunRecord } from './record.ts'

/** What the record of a run says of its data. */
export function datasetRecord(data: Dataset): RunRecord['dataset'] {
  const images = 'classNames' in data
  return {
    name: data.name,
    kind: images ? 'images' : 'table',
    names: images ? data.classNames : data.targetNames,
    source: data.source,
    train: data.train.count,
    test: data.test.count,
    ...(images && imageFacts(data)),
  }
}

function imageFacts(data: ImageDataset) {
  const { preprocessing, findings, sizes } = data
  const { train, validation, test } = describeDataset(data)
  return {
    ...(validation && { validation: validation.count }),
    classCounts: {
      train: train.classCounts ?? [],
      ...(validation && { validation: validation.classCounts ?? [] }),
      test: test.classCounts ?? [],
    },
    ...(preprocessing && { preprocessing }),
    ...(findings && findings.length > 0 && { findings }),
    ...(sizes && { sizes }),
  }
}
