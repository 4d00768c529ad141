import { expect, test } from 'vitest'
import {
  hostileNames,
  sampleDataImages,
  sampleRegressor,
  sampleReport,
  untestedReport,
} from '../test/sample-report.ts'
import { analyseRun } from './analysis/run.ts'
import { describeRun } from './document.ts'
import { renderReportHtml } from './renderers/html/html.ts'
import { renderReportMarkdown } from './renderers/markdown/markdown.ts'
import { renderReportSvgs } from './renderers/svg/svg.ts'
import { renderReportText } from './renderers/terminal/terminal.ts'
import { sections } from './sections/index.ts'

function withImages(classNames?: readonly string[]) {
  const { dataset } = sampleReport()
  return sampleReport({ dataset: { ...dataset, images: sampleDataImages(classNames) } })
}
const regressor = sampleReport({ test: sampleRegressor(), history: { loss: [1], mae: [1] } })

test.each([
  ['a classifier', sampleReport()],
  ['a classifier of images with a contact sheet', withImages()],
  ['a regressor', regressor],
  ['an untested run', untestedReport()],
])('%s: every section is in every renderer', (_, report) => {
  const document = describeRun(report)
  const [html, markdown, text, svgs] = [
    renderReportHtml(document),
    renderReportMarkdown(document),
    renderReportText(document),
    renderReportSvgs(document),
  ]
  expect(document.sections.length).toBeGreaterThan(1)
  for (const { id, title, blocks } of document.sections) {
    expect(html).toContain(`<section id="${id}"`)
    expect(markdown).toContain(`## ${title}\n`)
    expect(text).toContain(`${title}\n═`)
    for (const block of blocks)
      if ('name' in block) expect(svgs[`${block.name}.svg`]).toContain(`aria-label="`)
  }
  const figures = document.sections.flatMap(({ blocks }) => blocks.filter((block) => 'name' in block))
  expect(Object.keys(svgs)).toHaveLength(figures.length)
})

test('the data section has counts, sizes, samples, and every finding with its files, warnings first', () => {
  const document = describeRun(withImages())
  const text = renderReportText(document)
  expect(text).toContain('64 × 48 (20), 8 × 8 (10)')
  expect(text).toMatch(/Trouser +1,001 +100\n/)
  expect(text).toMatch(/all +3,003 +300\n/)
  expect(text).toContain('Warning: 1 file is left out.\nA fifth is held back.')
  expect(text).toMatch(/cat\/1\.jpg +unreadable images +It is cut off\./)
  const reason = 'The reason is a sentence that does not fit on a line of 60 columns, and has an end.'
  const files = [{ name: 'cat/1.jpg', reason }]
  const { images, ...dataset } = withImages().dataset
  const many = Array.from({ length: 20 }, (_, i) => [`${i + 3} × ${90 - i}`, i === 0 ? 4 : 1] as const)
  const long = renderReportText(
    describeRun({
      ...withImages(),
      dataset: {
        ...dataset,
        images: {
          ...images!,
          sizes: many,
          findings: [{ code: 'DATASET_X', level: 'note', message: 'x', files }],
        },
      },
    }),
    { width: 60 },
  )
  expect(long.replaceAll(/\s+/g, ' ')).toContain(reason)
  expect(long.replaceAll(/\s+/g, ' ')).toContain(
    '20 sizes, 3 to 22 wide and 71 to 90 high; most often 3 × 90 (4)',
  )
  const svgs = renderReportSvgs(document)
  for (const sheet of ['samples.svg', 'augmented.svg'])
    expect(svgs[sheet]?.match(/<image /g), sheet).toHaveLength(30)
  expect(renderReportHtml(document).match(/<image [^>]*image-rendering/g)).toHaveLength(60)
})

test('names of classes cannot break out of the contact sheet', () => {
  const document = describeRun(withImages(hostileNames))
  for (const text of [renderReportHtml(document), renderReportSvgs(document)['samples.svg'] as string])
    expect(text).not.toMatch(/<script|<img/)
  expect(renderReportText(document)).not.toContain('\u001b')
})

test('each section has an id of its own', () => {
  expect(new Set(sections.map(({ id }) => id)).size).toBe(sections.length)
})

test('a document is plain data, and renders the same as the run', () => {
  const report = sampleReport()
  const document = structuredClone(describeRun(report))
  expect(renderReportHtml(document)).toBe(renderReportHtml(report))
  expect(renderReportText(document)).toBe(renderReportText(report))
})

test.each([
  [0, 'percentage points higher.'],
  [1, 'percentage points lower.'],
])('the comparison says who is higher: baseline %f', (accuracy, words) => {
  const { reference } = sampleReport()
  const { comparison } = describeRun(sampleReport({ reference: { ...reference!, accuracy } }))
  expect(comparison).toContain(words)
})

test('equal results are equal', () => {
  const { tested } = analyseRun(sampleReport())
  const accuracy = tested?.kind === 'classifier' ? tested.analysis.interval.accuracy : Number.NaN
  const { reference } = sampleReport()
  expect(describeRun(sampleReport({ reference: { ...reference!, accuracy } })).comparison).toMatch(
    /This run is equal to the baseline\.$/,
  )
})

test('a run of another length gets no verdict, but its epochs compare one by one', () => {
  const report = sampleReport({ history: { loss: [0.66], accuracy: [0.77] }, epochs: 1 })
  const document = describeRun(report)
  expect(document.comparison).toMatch(
    /trained for 2 epochs, this run for 1: the final results do not compare/,
  )
  const text = renderReportText(document)
  expect(text).toContain('+0.0069')
  expect(text).not.toContain('Compared with the baseline')
  expect(text).not.toContain('marks the baseline')
})

test('a run with other settings gets no verdict, but its epochs compare one by one', () => {
  const document = describeRun(sampleReport({ unlikeReference: ['optimizer sgd', 'batch size 64'] }))
  expect(document.comparison).toMatch(
    /has other settings than this run \(optimizer sgd, batch size 64\): the final results do not compare/,
  )
  const text = renderReportText(document)
  expect(text).toContain('Each epoch is compared with the same epoch of the baseline')
  expect(text).not.toContain('percentage points')
  expect(text).not.toContain('Compared with the baseline')
})
