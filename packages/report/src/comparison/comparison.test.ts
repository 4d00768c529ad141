import { describe, expect, test } from 'vitest'
import {
  hostileNames,
  sampleClassifier,
  sampleRegressor,
  sampleReport,
  untestedReport,
} from '../../test/sample-report.ts'
import { renderReportHtml } from '../renderers/html/html.ts'
import { renderReportMarkdown } from '../renderers/markdown/markdown.ts'
import { renderReportSvgs } from '../renderers/svg/svg.ts'
import { renderReportText } from '../renderers/terminal/terminal.ts'
import type { ClassifierTest, RunReport } from '../run-report.ts'
import { analyseComparison } from './analysis.ts'
import { describeComparison } from './document.ts'
import type { RunsComparison, TestGroup } from './runs.ts'

const classNames = ['cat', 'dog']

/** A classifier of 40 samples of the class cat: it takes those in [from, to) for dogs. */
function answering(from: number, to: number, confidence = 0.9): ClassifierTest {
  const wrong = (i: number) => i >= from && i < to
  return {
    kind: 'classifier',
    classNames,
    loss: 0.4,
    labels: new Int32Array(40),
    probabilities: Float32Array.from({ length: 80 }, (_, i) =>
      (i % 2 === 1) === wrong(Math.floor(i / 2)) ? confidence : 1 - confidence,
    ),
  }
}

function comparison(reports: readonly RunReport[], groups?: readonly TestGroup[]): RunsComparison {
  return {
    runs: reports.map((report, i) => ({ name: `run-${i}`, report })),
    differences: [{ path: 'optimizer.name', values: reports.map((_, i) => (i === 0 ? 'adam' : undefined)) }],
    groups: groups ?? [{ runs: reports.map((_, i) => i) }],
  }
}

const classifiers = comparison([
  sampleReport({ test: answering(0, 0) }),
  sampleReport({ test: answering(0, 10, 0.8) }),
  sampleReport({ test: answering(8, 9) }),
])

describe('classifiers', () => {
  test('are compared by McNemar’s test, with Holm’s correction', () => {
    const { pairs } = analyseComparison(classifiers).groups[0]!
    expect(pairs).toMatchObject([
      { first: 0, second: 1, difference: -0.25, test: { onlyFirst: 10, onlySecond: 0, pValue: 2 / 2 ** 10 } },
      { first: 0, second: 2, difference: -0.025, test: { onlyFirst: 1, onlySecond: 0, pValue: 1 } },
      { first: 1, second: 2, difference: 0.225, test: { onlyFirst: 0, onlySecond: 9, pValue: 2 / 2 ** 9 } },
    ])
    const corrected = pairs.map((pair) => pair.kind === 'classifier' && pair.correctedPValue)
    expect(corrected).toEqual([6 / 2 ** 10, 1, 4 / 2 ** 9])
  })

  test('disagree on samples, those with a high confidence of all first', () => {
    const { disagreements } = analyseComparison(classifiers).groups[0]!
    expect(disagreements.map(({ sample }) => sample)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(disagreements[8]?.answers.map(({ predicted }) => predicted)).toEqual([0, 1, 1])
    const text = renderReportText(describeComparison(classifiers))
    expect(text).toContain('A, B, C: 10 of 40 test samples are not classified alike.')
    expect(text).toContain('cat, A: cat 90.0 %; B, C: dog 80.0 % (test sample 8)')
  })

  test('the document has the best run, the significant pairs and the differences', () => {
    const { headline, comparison: pairs, warnings } = describeComparison(classifiers)
    expect(headline).toMatch(/^A \(run-0\) has the highest test accuracy, 100\.00 %/)
    expect(pairs).toBe('2 of 3 pairs differ significantly at the level 0.05.')
    expect(warnings).toEqual([])
    const text = renderReportText(describeComparison(classifiers), { width: 100 })
    expect(text).toMatch(/^optimizer\.name +adam +– +–$/m)
    expect(text).toMatch(/^A and B +−25\.00 +0\.0059 +0\.0020 +10 +0 +exact$/m)
    expect(text).toMatch(/^cat +1\.000 +−0\.143 +−0\.013$/m)
    expect(text).toMatch(/^B +75\.00 %/m)
  })
})

test('regressors are compared by the paired differences of their errors', () => {
  const better = sampleRegressor()
  const { targets } = better
  // moved away from the target by 1
  const predictions = better.predictions.map((value, i) => value + (value > (targets[i] as number) ? 1 : -1))
  const both = comparison([
    sampleReport({ test: { ...better, predictions } }),
    sampleReport({ test: better }),
  ])
  const [pair] = analyseComparison(both).groups[0]!.pairs
  if (pair?.kind !== 'regressor') throw new Error('no pair of regressors')
  const { mean, low, high } = pair.difference
  for (const value of [mean, low, high]) expect(value).toBeCloseTo(-1, 5)
  const document = describeComparison(both)
  expect(document.headline).toMatch(/^B \(run-1\) has the lowest test MAE, 0\.2/)
  expect(document.comparison).toBe('1 of 1 pair differs significantly at the level 0.05.')
  expect(renderReportText(document)).toMatch(/^A and B +−1\.0000 +−1\.0000 to −1\.0000$/m)
})

test('runs of other test data and untested runs are not compared pair by pair, and it is said', () => {
  const mixed = comparison(
    [
      sampleReport({ test: answering(0, 1) }),
      untestedReport(),
      sampleReport({ test: sampleClassifier() }),
      sampleReport({ test: answering(1, 2) }),
    ],
    [{ runs: [0, 3] }, { runs: [2], differs: '300 test samples, not 40' }],
  )
  const { groups } = analyseComparison(mixed)
  expect(groups.map(({ pairs }) => pairs.map(({ first, second }) => [first, second]))).toEqual([[[0, 3]], []])
  const { warnings, headline } = describeComparison(mixed)
  expect(headline).toContain('there is no best run')
  expect(warnings.map(({ text }) => text)).toEqual([
    'C is not compared pair by pair with A, D: 300 test samples, not 40.',
    'B has no predictions of the test samples: only recipe and curves are compared.',
  ])
})

test('the images of a second group are named, not shown: they are other samples', () => {
  const other = { ...answering(3, 4), labels: new Int32Array(40).fill(1) }
  const two = comparison(
    [answering(0, 1), answering(1, 2), other, answering(5, 6)].map((answers) =>
      sampleReport({ test: answers }),
    ),
    [{ runs: [0, 1] }, { runs: [2, 3], differs: 'other labels' }],
  )
  const section = describeComparison(two).sections.find(({ id }) => id === 'disagreements')!
  expect(section.blocks.map(({ kind }) => kind)).toEqual(['prose', 'gallery', 'list'])
})

test('every section is in every renderer, and names cannot break out of it', () => {
  const reports = [0, 1].map((shift) => {
    const answers = sampleClassifier({ classNames: hostileNames, samples: 100 })
    const turned = answers.probabilities.map((_, i, all) => all[(i + shift * 10) % all.length]!)
    return sampleReport({ test: { ...answers, probabilities: turned } })
  })
  const named = comparison(reports)
  const document = describeComparison({
    ...named,
    runs: named.runs.map((run, i) => ({ ...run, name: hostileNames[i]! })),
  })
  expect(document.sections.map(({ id }) => id)).toEqual([
    'runs',
    'recipes',
    'training',
    'scores',
    'pairs',
    'classes',
    'disagreements',
  ])
  const [html, markdown, text, svgs] = [
    renderReportHtml(document),
    renderReportMarkdown(document),
    renderReportText(document),
    renderReportSvgs(document),
  ]
  for (const { id, title } of document.sections) {
    expect(html).toContain(`<section id="${id}"`)
    expect(markdown).toContain(`## ${title}\n`)
    expect(text).toContain(`${title}\n═`)
  }
  expect(html.match(/<image [^>]*image-rendering|class="tm-thumb"|<use /g)?.length ?? 0).toBeGreaterThan(0)
  for (const output of [html, ...Object.values(svgs)]) expect(output).not.toMatch(/<script|<img/)
  expect(text).not.toContain('\u001b')
})

test('runs of a figure have their own colours and names, in SVG and in a terminal', () => {
  const document = describeComparison(classifiers)
  const { 'accuracy.svg': svg } = renderReportSvgs(document)
  for (const index of [0, 1, 2]) {
    expect(svg).toContain(`class="tm-curve tm-s${index}"`)
    expect(svg).toContain(`>${'ABC'[index]} run-${index}</text>`)
  }
  const text = renderReportText(document, { colorLevel: 1 })
  for (const color of ['\u001b[36m', '\u001b[33m', '\u001b[35m']) expect(text).toContain(color)
})

test.each([1, 51])('%i runs are refused', (count) => {
  const many = comparison(Array.from({ length: count }, () => untestedReport()))
  expect(() => describeComparison(many)).toThrow(/`runs` must be 2 to 50 runs/)
})

test('fifty runs have letters and colours', () => {
  const many = comparison(
    Array.from({ length: 50 }, () => untestedReport()),
    [],
  )
  expect(
    analyseComparison(many)
      .runs.map(({ label }) => label)
      .slice(24, 28),
  ).toEqual(['Y', 'Z', 'AA', 'AB'])
  expect(renderReportText(describeComparison(many), { width: 60 })).toContain('No run has a test result.')
})
