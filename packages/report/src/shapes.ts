import type { Shape } from '@treadle/core'

/* What functions need of their arguments, for `checkShape`. */

export const modelShape = {
  name: 'string',
  layers: [
    { name: 'string', type: 'string', outputShape: 'list', parameters: 'number', connectedTo: 'list' },
  ],
  parameters: { total: 'number', trainable: 'number', nonTrainable: 'number' },
} as const satisfies Shape

export const historyShape = { loss: 'list' } as const satisfies Shape

export const publishedShape = { name: 'string', history: 'record', classes: 'list' } as const satisfies Shape

export const answersShape = {
  labels: 'numbers',
  predicted: 'numbers',
  confidence: 'numbers',
} as const satisfies Shape

const imagesShape = {
  images: 'numbers',
  count: 'number',
  height: 'number',
  width: 'number',
  channels: 'number',
} as const satisfies Shape

export const classifierTestShape = {
  classNames: ['string'],
  labels: 'numbers',
  probabilities: 'numbers',
  'images?': imagesShape,
} as const satisfies Shape

export const regressorTestShape = {
  targetName: 'string',
  targets: 'numbers',
  predictions: 'numbers',
} as const satisfies Shape

export const runReportShape = {
  model: modelShape,
  dataset: { name: 'string', source: 'record', train: 'number', test: 'number' },
  backend: 'record',
  executor: 'string',
  seed: 'number',
  epochs: 'number',
  options: 'record',
  seconds: 'number',
  history: historyShape,
  'test?': { kind: 'string' },
  'reference?': publishedShape,
  versions: 'record',
} as const satisfies Shape

export const comparisonShape = {
  runs: [{ name: 'string', report: runReportShape }],
  differences: [{ path: 'string', values: 'list' }],
  groups: [{ runs: 'list' }],
} as const satisfies Shape

const spread = { mean: 'number', sd: 'number' } as const

export const seedsShape = {
  seeds: 'list',
  accuracy: spread,
  epochs: 'list',
  classes: [{ name: 'string', precision: spread, recall: spread, f1: spread }],
  weakestClass: 'string',
} as const satisfies Shape

export const sectionsShape = [{ title: 'string', blocks: 'list' }] as const satisfies Shape

export const documentShape = {
  title: 'string',
  result: { value: 'string', name: 'string' },
  headline: 'string',
  warnings: [{ title: 'string', text: 'string' }],
  setup: [['string']],
  sections: sectionsShape,
  'images?': imagesShape,
} as const satisfies Shape

/** The fields of each kind of block, besides those of all figures. */
export const blockShapes: Readonly<Record<string, { readonly [field: string]: Shape }>> = {
  prose: { text: 'string' },
  facts: { facts: [['string']] },
  list: { title: 'string', items: ['string'] },
  code: { text: 'string' },
  table: { title: 'string', columns: [{ heading: 'string' }], rows: ['list'], 'totals?': ['list'] },
  curves: {
    series: [{ name: 'string', values: 'numbers' }],
    'xLabel?': 'string',
    'logX?': 'numbers',
    'marks?': [{ x: 'number', name: 'string' }],
  },
  bars: { bars: [{ name: 'string', value: 'number', text: 'string' }] },
  matrix: { matrix: [['number']], classNames: ['string'] },
  reliability: {
    bins: [{ low: 'number', high: 'number', count: 'number' }],
    expectedCalibrationError: 'number',
  },
  scatter: { x: 'numbers', y: 'numbers', xLabel: 'string', yLabel: 'string' },
  parallel: {
    axes: [{ name: 'string', ticks: [{ at: 'number', text: 'string' }] }],
    lines: [{ name: 'string', at: 'numbers', strength: 'number' }],
  },
  gallery: { items: [{ sample: 'number', title: 'string', note: 'string' }] },
  samples: { classNames: ['string'], images: imagesShape },
}

export const figureShape = { name: 'string', title: 'string', label: 'string' } as const satisfies Shape
