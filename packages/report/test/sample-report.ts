import { Purpose, RandomStream, type PublishedResult } from '@treadle/core'
import { sampleImages } from '../src/sample-images.ts'
import type { ClassifierTest, DatasetImages, RegressorTest, RunReport } from '../src/run-report.ts'

/** Names that would break out of careless markup, tables and terminals. */
export const hostileNames = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "it's & <b>bold</b>",
  '\u001b[31mred\u001b[0m',
  'two\nlines | and *stars* `ticks`\u202E',
  '\ud800 lone surrogate \u0000 nul',
  'ÄÖ長い名前👩‍👩‍👧',
  '&lt;already&gt;',
  '-->]]>',
  '',
]

export interface SampleOptions {
  readonly classNames?: readonly string[]
  readonly samples?: number
  /** Height and width of the images; 0 for none. */
  readonly side?: number
  readonly channels?: number
}

/** A classifier's answers: about 70 % are correct; the images are noise. */
export function sampleClassifier({
  classNames = ['T-shirt/top', 'Trouser', 'Shirt'],
  samples = 300,
  side = 8,
  channels = 1,
}: SampleOptions = {}): ClassifierTest {
  const classes = classNames.length
  const random = new RandomStream(5, Purpose.split)
  const labels = Int32Array.from({ length: samples }, (_, i) => i % classes)
  const probabilities = new Float32Array(samples * classes)
  for (let i = 0; i < samples; i++) {
    const right = random.uniform(3 * i) < 0.7
    const chosen = right ? (labels[i] as number) : random.at(3 * i + 1) % classes
    const confidence = 0.5 + random.uniform(3 * i + 2) / 2
    probabilities.fill((1 - confidence) / (classes - 1), i * classes, (i + 1) * classes)
    probabilities[i * classes + chosen] = confidence
  }
  if (side === 0) return { kind: 'classifier', classNames, loss: 0.4, labels, probabilities }
  const noise = new RandomStream(6, Purpose.split)
  const images = Uint8Array.from({ length: samples * side * side * channels }, (_, i) => noise.at(i) >>> 24)
  return {
    kind: 'classifier',
    classNames,
    loss: 0.4,
    labels,
    probabilities,
    images: { kind: 'images', images, labels, count: samples, height: side, width: side, channels },
  }
}

export function sampleRegressor(samples = 200): RegressorTest {
  const random = new RandomStream(7, Purpose.split)
  const targets = Float32Array.from({ length: samples }, (_, i) => 1 + 4 * random.uniform(2 * i))
  const predictions = targets.map((target, i) => target + random.uniform(2 * i + 1) - 0.5)
  return { kind: 'regressor', targetName: 'house value', loss: 0.1, targets, predictions }
}

export const samplePublished: PublishedResult = {
  name: 'A published report',
  accuracy: 0.8786,
  history: {
    loss: [0.6698, 0.407],
    accuracy: [0.7631, 0.8523],
    val_loss: [0.4229, 0.3879],
    val_accuracy: [0.844, 0.8654],
  },
  classes: [
    { precision: 0.8, recall: 0.86, f1: 0.83, support: 1000 },
    { precision: 0.99, recall: 0.96, f1: 0.97, support: 1000 },
    { precision: 0.8, recall: 0.5, f1: 0.62, support: 1000 },
  ],
}

/** Images of a report's contact sheet, with findings. */
export function sampleDataImages(
  classNames: readonly string[] = ['T-shirt/top', 'Trouser', 'Shirt'],
): DatasetImages {
  const { images } = sampleClassifier({ classNames, samples: 30 })
  const samples = sampleImages(images as NonNullable<typeof images>)
  const counts = classNames.map((_, label) => 1000 + label)
  return {
    classNames,
    classCounts: { train: counts, test: counts.map(() => 100) },
    sizes: [
      ['64 × 48', 20],
      ['8 × 8', 10],
    ],
    findings: [
      { code: 'DATASET_SPLIT', level: 'note', message: 'A fifth is held back.' },
      {
        code: 'DATASET_UNREADABLE_IMAGES',
        level: 'warning',
        message: '1 file is left out.',
        files: [{ name: 'cat/1.jpg', reason: 'It is cut off.' }],
      },
    ],
    ...(samples && { samples, augmented: samples }),
  }
}

export function sampleReport(changes: Partial<RunReport> = {}): RunReport {
  return {
    model: {
      name: 'wide-and-deep',
      layers: [
        { name: 'input', type: 'InputLayer', outputShape: [null, 28, 28], parameters: 0, connectedTo: [] },
        { name: 'output', type: 'Dense', outputShape: [null, 3], parameters: 2355, connectedTo: ['input'] },
      ],
      parameters: { total: 2355, trainable: 2355, nonTrainable: 0 },
    },
    dataset: {
      name: 'Fashion-MNIST',
      source: {
        kind: 'folder',
        location: 'data/fashion',
        sha256: { 'train-labels-idx1-ubyte': 'ab'.repeat(32) },
      },
      train: 60_000,
      test: 300,
    },
    backend: { name: 'treadle-wasm', simd: true, threads: 2 },
    executor: 'eager',
    seed: 1,
    epochs: 2,
    batchSize: 32,
    options: { optimizer: 'adam' },
    stopped: 'finished',
    seconds: 87.3,
    history: {
      loss: [0.66, 0.41],
      accuracy: [0.77, 0.8523],
      val_loss: [0.43, 0.38],
      val_accuracy: [0.8401, 0.87],
    },
    test: sampleClassifier(),
    reference: samplePublished,
    weightsSha256: 'cd'.repeat(32),
    versions: { node: '20.19.0' },
    command: 'treadle train --seed 1',
    ...changes,
  }
}

/** A run stopped before its first epoch ended. */
export function untestedReport(): RunReport {
  const {
    test: _,
    reference: __,
    weightsSha256: ___,
    ...rest
  } = sampleReport({ history: { loss: [] }, stopped: 'aborted' })
  return rest
}
