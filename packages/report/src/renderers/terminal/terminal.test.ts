import { fc, test as property } from '@fast-check/vitest'
import { Ansis } from 'ansis'
import { classificationReport, confusionMatrix, summariseSeeds } from '@treadle/metrics'
import { describe, expect, test } from 'vitest'
import {
  hostileNames,
  sampleClassifier,
  samplePublished,
  sampleRegressor,
  sampleReport,
  untestedReport,
} from '../../../test/sample-report.ts'
import { analyseClassifier } from '../../analysis/classifier.ts'
import { classComparisonTable, classificationTable } from '../../sections/classes.ts'
import { confusionFigure } from '../../sections/confusion.ts'
import { reliabilityFigure } from '../../sections/reliability.ts'
import { epochTables } from '../../sections/training.ts'
import { bar } from './bars.ts'
import { formatLayers, formatPicture, formatProbabilities, formatSeeds } from './format.ts'
import { type TextOptions, clean, columns, screen } from './screen.ts'
import { formatBlocks, renderReportText, renderSectionsText } from './terminal.ts'
import { describeRun } from '../../document.ts'

const formatConfusionMatrix = (
  matrix: readonly (readonly number[])[],
  names: readonly string[],
  options?: TextOptions,
) => formatBlocks([confusionFigure(matrix, names)], options)
const plain = (text: string) => new Ansis().strip(text)
const widest = (text: string) => Math.max(...text.split('\n').map(columns))

describe('confusion grid', () => {
  const matrix = [
    [807, 1, 192],
    [35, 965, 0],
    [161, 0, 839],
  ]
  const names = ['T-shirt/top', 'Trouser', 'Shirt']

  test('without colour', () => {
    expect(formatConfusionMatrix(matrix, names)).toMatchInlineSnapshot(`
      "            T-shirt
                      top Trouser   Shirt   recall
      T-shirt/top    [807]      1     192   80.7 %
      Trouser          35    [965]      ·   96.5 %
      Shirt           161       ·    [839]  83.9 %
      rows: true class; columns: predicted class; [n]: correct"
    `)
  })

  test('in colour: the same text, hits and misses in two hues', () => {
    const painted = formatConfusionMatrix(matrix, names, { colorLevel: 3 })
    expect(plain(painted).split('\n')).toHaveLength(6)
    expect(painted).toContain('\u001B[48;2;')
    const backgroundOf = (count: string) =>
      new RegExp(`48;2;(\\d+);(\\d+);(\\d+)m[^m]*m +${count} `).exec(painted)!.slice(1, 4).map(Number)
    const [hitRed, , hitBlue] = backgroundOf('807') as [number, number, number]
    const [missRed, , missBlue] = backgroundOf('192') as [number, number, number]
    expect(hitBlue).toBeGreaterThan(hitRed)
    expect(missRed).toBeGreaterThan(missBlue)
    expect(formatConfusionMatrix(matrix, names, { colorLevel: 2 })).toContain('\u001B[48;5;')
    expect(formatConfusionMatrix(matrix, names, { colorLevel: 1 })).not.toMatch(/\[[34]8;/)
    expect(formatConfusionMatrix(matrix, names, { colorLevel: 3, background: 'light' })).not.toBe(painted)
  })

  property.prop([
    fc.integer({ min: 2, max: 30 }),
    fc.integer({ min: 40, max: 160 }),
    fc.constantFrom(0, 1, 2, 3),
  ])('never passes the width, and shows every row or says why not', (classes, width, colorLevel) => {
    const some = Array.from({ length: classes }, (_, i) =>
      Array.from({ length: classes }, (__, j) => (i * j) % 97),
    )
    const long = some.map((_, i) => `${'very '.repeat(i % 4)}class/${i}`)
    const text = formatConfusionMatrix(some, long, { width, colorLevel: colorLevel })
    if (!text.includes('do not fit')) {
      expect(widest(plain(text))).toBeLessThanOrEqual(width)
      expect(text.split('\n').length).toBeGreaterThan(classes + 1)
    }
  })

  test('numbers the classes where names do not fit above their columns', () => {
    const fifteen = Array.from({ length: 15 }, (_, i) =>
      Array.from({ length: 15 }, (__, j) => (i === j ? 20 : 0)),
    )
    const lines = formatConfusionMatrix(
      fifteen,
      fifteen.map((_, i) => `garment ${i}`),
    ).split('\n')
    expect(lines[0]).toMatch(/^ +0 +1 +2 +3 +4 +5 +6 +7 +8 +9 +10 +11 +12 +13 +14 +recall$/)
    expect(lines[15]).toMatch(/^14 garment 14 /)
  })

  test('weights are written to one decimal', () => {
    const weighted = confusionMatrix([0, 1], [0, 0], 2, { sampleWeight: [0.1 + 0.2, 2.25] })
    expect(formatConfusionMatrix(weighted, ['a', 'b'])).toMatch(/^b +2\.3 +·/m)
  })

  test('too many classes get a line', () => {
    const some = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => 12))
    expect(formatConfusionMatrix(some, some.map(String))).toBe(
      '100 classes do not fit 80 columns: report.html shows the matrix, the list below its largest entries.',
    )
  })

  test('refuses another count of names', () => {
    expect(() => formatConfusionMatrix(matrix, ['a'])).toThrow(/must hold 3 names, got 1/)
  })
})

test('epochs compare with the baseline', () => {
  expect(formatBlocks(epochTables(sampleReport().history, samplePublished))).toMatchInlineSnapshot(`
    "Accuracy by epoch
                    training                   validation
    epoch      run  baseline    diff.      run  baseline    diff.
    ─────────────────────────────────────────────────────────────
        1   0.7700    0.7631  +0.0069   0.8401    0.8440  −0.0039
       2*   0.8523    0.8523   0.0000   0.8700    0.8654  +0.0046

    Loss by epoch
                    training                   validation
    epoch      run  baseline    diff.      run  baseline    diff.
    ─────────────────────────────────────────────────────────────
        1   0.6600    0.6698  −0.0098   0.4300    0.4229  +0.0071
       2*   0.4100    0.4070  +0.0030   0.3800    0.3879  −0.0079"
  `)
  expect(formatBlocks(epochTables({ loss: [1], mae: [0.5] }))).toMatchInlineSnapshot(`
    "Epochs
    epoch  training loss  training MAE
    ──────────────────────────────────
        1         1.0000        0.5000"
  `)
  expect(epochTables({ loss: [] })).toEqual([])
})

test('better is green and worse is red, also where lower is better', () => {
  const text = formatBlocks(epochTables(sampleReport().history, samplePublished), { colorLevel: 1 })
  expect(text).toContain('\u001B[32m+0.0069')
  expect(text).toContain('\u001B[31m−0.0039')
  expect(text).toContain('\u001B[32m−0.0098')
  expect(text).toContain('\u001B[31m+0.0071')
})

test('classes compare with the baseline', () => {
  const { labels, probabilities } = sampleClassifier()
  const { report } = analyseClassifier(
    { kind: 'classifier', classNames: ['a class of a long name', 'b', 'c'], loss: 0, labels, probabilities },
    1,
  )
  const text = formatBlocks([classComparisonTable(report, samplePublished)!])
  expect(widest(text)).toBeLessThanOrEqual(80)
  expect(text).toMatch(/^class +run  base  diff\. /m)
  expect(text).toMatch(/^c +0\.\d\d  0\.80 /m)
  expect(formatBlocks([classificationTable(report)])).toMatch(/^ +weighted avg +0\.\d\d/m)
  expect(classComparisonTable(classificationReport([0, 1], [0, 1]), samplePublished)).toBeUndefined()
})

test('bars', () => {
  expect(bar(0.5, 3)).toBe('█▌ ')
  expect([bar(-1, 2), bar(2, 2)]).toEqual(['  ', '██'])
  expect(
    formatProbabilities(
      [
        { className: 'Ankle boot', probability: 0.953 },
        { className: 'Sneaker', probability: 0.047 },
      ],
      { width: 48 },
    ),
  ).toMatchInlineSnapshot(`
    "Ankle boot  ██████████████████████████▋   95.3 %
    Sneaker     █▍                             4.7 %"
  `)
  expect(() => formatProbabilities([{ className: 'x', probability: Number.NaN }])).toThrow(
    /`x` \(=NaN\) must be from 0 to 1/,
  )
})

test.each([
  [28, 28, 80, 28, 14],
  [300, 200, 80, 64, 21],
  [300, 200, 50, 50, 17],
  [8, 8000, 80, 1, 32],
  [8000, 8, 80, 64, 1],
  [1, 1, 80, 1, 1],
])(
  'a picture of %i × %i pixels on %i columns is %i × %i characters',
  (width, height, screenWidth, across, down) => {
    const picture = {
      width,
      height,
      channels: 3,
      data: new Uint8Array(width * height * 3).fill(255),
    } as const
    const lines = formatPicture(picture, { width: screenWidth }).split('\n')
    expect([lines.length, ...new Set(lines.map((line) => line.length))]).toEqual([down, across])
  },
)

test('reliability', () => {
  const { calibration } = analyseClassifier(sampleClassifier(), 1)
  const lines = formatBlocks([reliabilityFigure(calibration)]).split('\n')
  expect(lines).toHaveLength(3 + calibration.bins.filter(({ count }) => count > 0).length)
  expect(lines.at(-1)).toContain(`${(calibration.expectedCalibrationError * 100).toFixed(2)} %`)
})

test('seeds', () => {
  const { report } = analyseClassifier(sampleClassifier(), 1)
  const runs = [0.86, 0.87, 0.88].map((accuracy, seed) => ({
    seed,
    accuracy,
    report,
    history: sampleReport().history,
  }))
  const text = formatSeeds(summariseSeeds(runs, samplePublished), samplePublished)
  expect(text).toContain('0.7700 ± 0.0000    0.7631')
  expect(text).toMatch(/With 3 seeds the sd is\s+imprecise/)
  expect(widest(text)).toBeLessThanOrEqual(80)
})

test('layers', () => {
  expect(formatLayers(sampleReport().model)).toMatchInlineSnapshot(`
    "Layers
    layer   type        output   parameters  inputs
    ───────────────────────────────────────────────
    input   InputLayer  28 × 28           0
    output  Dense       3             2,355  input

    2,355 parameters: 2,355 trainable, 0 not trainable."
  `)
})

describe('the whole report', () => {
  test.each([
    ['classifier', sampleReport()],
    ['regressor', sampleReport({ test: sampleRegressor(), history: { loss: [1], mae: [1] } })],
    ['untested', untestedReport()],
    [
      'sample',
      sampleReport({ dataset: { ...sampleReport().dataset, source: { kind: 'sample', sha256: {} } } }),
    ],
  ])('%s', (_, report) => {
    const text = renderReportText(report)
    expect(text).not.toMatch(/[^\P{Cc}\n]|undefined|NaN/u)
    const beyond = text.split('\n').filter((line) => columns(line) > 80)
    expect(beyond.filter((line) => !line.includes('SHA-256'))).toEqual([])
    expect(plain(renderReportText(report, { colorLevel: 3 })).split('\n').length).toBe(
      text.split('\n').length,
    )
    expect(text.includes('!! Embedded sample:')).toBe(report.dataset.source.kind === 'sample')
  })

  test('lets no escape code or line break from the data through', () => {
    const report = sampleReport({
      test: sampleClassifier({ classNames: hostileNames }),
      command: 'x\u001B]0;title\u0007',
    })
    expect(renderReportText(report)).not.toMatch(/[^\P{Cc}\n]/u)
  })

  property.prop([fc.string({ unit: 'binary' })])(
    'cleaned text is one line without control characters',
    (text) => {
      expect(clean(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
    },
  )

  test('some sections alone', () => {
    const { sections } = describeRun(sampleReport())
    const text = renderSectionsText(sections.filter(({ id }) => id === 'scores'))
    expect(text).toMatch(/^Test metrics\n═+\nAccuracy {20,}\d\d/)
  })

  test('a screen is never narrower than 40 columns', () => {
    expect(screen({ width: 3 }).width).toBe(40)
  })
})

const history = (epochs: number) => {
  const values = Array.from({ length: epochs }, (_, i) => 1 / (i + 1))
  return { loss: values, accuracy: values, val_loss: values, val_accuracy: values }
}

describe('in a narrow terminal', () => {
  test('headings break before a column is left out', () => {
    expect(formatBlocks(epochTables(history(1)), { width: 60 })).toMatchInlineSnapshot(`
      "Epochs
             training  validation  training  validation
      epoch  accuracy    accuracy      loss        loss
      ─────────────────────────────────────────────────
         1*    1.0000      1.0000    1.0000      1.0000"
    `)
  })

  test('a line names the columns that do not fit', () => {
    const text = formatBlocks(epochTables(history(1), samplePublished), { width: 40 })
    expect(text).toContain('Not shown in 40 columns: validation\nbaseline, validation diff.\n')
  })

  property.prop([
    fc.integer({ min: 40, max: 100 }),
    fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '漢', 'é'), maxLength: 40 }), {
      minLength: 1,
      maxLength: 6,
    }),
    fc.integer({ min: 1, max: 50 }),
  ])('no line of a report passes the width, and every column is there or named', (width, names, epochs) => {
    const layers = names.map((name) => ({
      name: name || 'x',
      type: 'BatchNormalization',
      outputShape: [null, 1024, 1024, 512],
      parameters: 1e9,
      connectedTo: names,
    }))
    const text = formatLayers(
      { name: 'm', layers, parameters: { total: 1, trainable: 1, nonTrainable: 0 } },
      { width },
    )
    const epochText = formatBlocks(epochTables(history(epochs), samplePublished), { width })
    for (const one of [text, epochText]) expect(widest(one)).toBeLessThanOrEqual(width)
    for (const heading of ['layer', 'type', 'output', 'parameters', 'inputs']) expect(text).toContain(heading)
    expect(text.includes('Not shown')).toBe(!text.split('\n')[1]!.includes('inputs'))
  })

  test('facts keep to their column', () => {
    const facts = [
      ['Name', 'a'.repeat(64)],
      ['A name of many words', 'one two three'],
    ] as const
    expect(formatBlocks([{ kind: 'facts', facts }], { width: 40 })).toMatchInlineSnapshot(`
      "Name                  aaaaaaaaaaaaaaaaaa
                            aaaaaaaaaaaaaaaaaa
                            aaaaaaaaaaaaaaaaaa
                            aaaaaaaaaa
      A name of many words  one two three"
    `)
  })
})
