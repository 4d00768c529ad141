import {
  type DataFinding,
  type DataSource,
  type Dataset,
  type ImageDataset,
  type Preprocessing,
  type Samples,
  checkArgument,
} from '@treadle/core'

export interface PartDescription {
  readonly count: number
  /** Shape of one sample: [height, width, channels] of an image, [width] of a table row. */
  readonly shape: readonly number[]
  /** Bytes of the arrays in memory. */
  readonly bytes: number
  /** Number of samples of each class, in the order of the class names. Images only. */
  readonly classCounts?: readonly number[]
}

export interface DatasetDescription {
  readonly name: string
  readonly kind: Samples['kind']
  readonly source: DataSource
  readonly train: PartDescription
  readonly test: PartDescription
  readonly validation?: PartDescription
  /** Names of the classes or targets. */
  readonly outputs: readonly string[]
  /** Names of the columns of a table. */
  readonly features?: readonly string[]
  /** How images are prepared. */
  readonly preprocessing?: Preprocessing
  readonly findings?: readonly DataFinding[]
  /** Sizes of image files in pixels, with their number. */
  readonly sizes?: readonly (readonly [size: string, count: number])[]
}

const partShape = { kind: 'string', count: 'number' } as const
const datasetShape = { name: 'string', source: 'record', train: partShape, test: partShape } as const

/**
 * Describes a data set as plain data: counts, shapes, class balance, checksums (in `source.sha256`).
 * @throws TreadleError `DATASET_BAD_SAMPLES`
 */
export function describeDataset(dataset: Dataset): DatasetDescription {
  checkArgument('describeDataset', 'dataset', dataset, datasetShape, 'DATASET_BAD_SAMPLES')
  const { name, source, train, test } = dataset
  const isImages = 'classNames' in dataset
  const outputs = isImages ? dataset.classNames : dataset.targetNames
  return {
    name,
    kind: isImages ? 'images' : 'table',
    source,
    train: describePart(train, outputs.length),
    test: describePart(test, outputs.length),
    outputs,
    ...(isImages ? imageFacts(dataset, outputs.length) : { features: dataset.featureNames }),
  }
}

function imageFacts({ validation, preprocessing, findings, sizes }: ImageDataset, classCount: number) {
  return {
    ...(validation && { validation: describePart(validation, classCount) }),
    ...(preprocessing && { preprocessing }),
    ...(findings && { findings }),
    ...(sizes && { sizes }),
  }
}

function describePart(samples: Samples, classCount: number): PartDescription {
  const { count } = samples
  if (samples.kind === 'table') {
    const { features, targets, width } = samples
    return { count, shape: [width], bytes: features.byteLength + targets.byteLength }
  }
  const { images, labels, height, width, channels } = samples
  const classCounts = Array.from({ length: classCount }, () => 0)
  for (const label of labels) classCounts[label] = (classCounts[label] ?? 0) + 1
  return {
    count,
    shape: [height, width, channels],
    bytes: images.byteLength + labels.byteLength,
    classCounts,
  }
}
