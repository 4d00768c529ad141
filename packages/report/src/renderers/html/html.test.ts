import { createHash } from 'node:crypto'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { decodeImage } from '@treadle/image'
import { describe, expect, test } from 'vitest'
import {
  hostileNames,
  sampleClassifier,
  sampleRegressor,
  sampleReport,
  untestedReport,
} from '../../../test/sample-report.ts'
import type { RunReport } from '../../run-report.ts'
import { renderReportHtml } from './html.ts'
import { reportStyle } from './style.ts'

type Node = DefaultTreeAdapterTypes.ChildNode
type Element = DefaultTreeAdapterTypes.Element

/** Parses strictly: any error that the HTML standard names fails. */
function read(html: string) {
  const errors: string[] = []
  const document = parse(html, {
    onParseError: ({ code, startLine }) => errors.push(`${code}, line ${startLine}`),
  })
  expect(errors).toEqual([])
  const elements: Element[] = []
  const visit = (nodes: readonly Node[]) => {
    for (const node of nodes) {
      if ('tagName' in node) elements.push(node)
      if ('childNodes' in node) visit(node.childNodes)
    }
  }
  visit(document.childNodes)
  const attribute = (element: Element, name: string) => element.attrs.find((one) => one.name === name)?.value
  const all = (tag: string) => elements.filter(({ tagName }) => tagName === tag)
  const text = (node: Node | Element): string =>
    'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(text).join('') : ''
  return { elements, all, attribute, text }
}

function serialise(element: Element): string {
  const attributes = element.attrs
    .map(({ name, value }) => ` ${name}="${value.replaceAll('"', '&quot;')}"`)
    .join('')
  const children = element.childNodes
    .map((child) => ('tagName' in child ? serialise(child) : 'value' in child ? child.value : ''))
    .join('')
  return `<${element.tagName}${attributes}>${children}</${element.tagName}>`
}

const withoutReference = (changes: Partial<RunReport>): RunReport => {
  const { reference: _, ...report } = sampleReport(changes)
  return report
}
const many = (count: number) => Array.from({ length: count }, (_, i) => `class ${i}`)

const reports: readonly (readonly [string, RunReport])[] = [
  ['a classifier with reference and images', sampleReport()],
  ['without a reference', withoutReference({})],
  ['without images', sampleReport({ test: sampleClassifier({ side: 0 }) })],
  ['two classes', withoutReference({ test: sampleClassifier({ classNames: ['no', 'yes'] }) })],
  [
    'a hundred classes',
    withoutReference({ test: sampleClassifier({ classNames: many(100), samples: 3000 }) }),
  ],
  ['colour images', sampleReport({ test: sampleClassifier({ channels: 3, side: 50 }) })],
  ['hostile names', withoutReference({ test: sampleClassifier({ classNames: hostileNames }) })],
  [
    'a regressor',
    withoutReference({ test: sampleRegressor(), history: { loss: [1], mae: [0.5], val_mae: [0.6] } }),
  ],
  ['an interrupted run', sampleReport({ stopped: 'aborted', epochs: 10 })],
  ['a run stopped before its first epoch', untestedReport()],
]

describe.each(reports)('%s', (_, report) => {
  const html = renderReportHtml(report)
  const page = read(html)

  test('asks for nothing, runs nothing, and forbids both', () => {
    expect(page.all('script')).toEqual([])
    for (const element of page.elements)
      for (const { name, value } of element.attrs) {
        expect(name).not.toMatch(/^on|^style$|^src$|^srcdoc$|^action$/)
        if (name === 'href') expect(value).toMatch(/^#|^data:image\/png;base64,/)
      }
    expect(reportStyle).not.toMatch(/url\(|@import/)
    const policy = page.attribute(page.all('meta')[1]!, 'content')
    const hash = createHash('sha256')
      .update(page.text(page.all('style')[0]!))
      .digest('base64')
    expect(policy).toBe(
      `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    )
  })

  test('every id is there once, and every reference to one is met', () => {
    const ids = page.elements.flatMap((element) => page.attribute(element, 'id') ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    for (const element of page.elements)
      for (const { name, value } of element.attrs)
        if (name === 'popovertarget' || name === 'aria-labelledby') expect(ids).toContain(value)
        else if (name === 'href' && value.startsWith('#')) expect(ids).toContain(value.slice(1))
  })

  test('one h1, headings in order, tables with headings', () => {
    const levels = page.elements.flatMap(({ tagName }) =>
      /^h[1-6]$/.test(tagName) ? [Number(tagName[1])] : [],
    )
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    levels.forEach((level, i) => expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1))
    for (const table of page.all('table'))
      expect(JSON.stringify(table.childNodes.map(({ nodeName }) => nodeName))).toContain('thead')
    for (const image of page.elements.filter((element) => page.attribute(element, 'role') === 'img'))
      expect(page.attribute(image, 'aria-label')).toBeTruthy()
  })
})

test('shows class names as they are, whatever they hold', () => {
  const page = read(
    renderReportHtml(withoutReference({ test: sampleClassifier({ classNames: hostileNames }) })),
  )
  const shown = page.all('th').map(page.text)
  for (const name of hostileNames.filter((one) => !/[\p{Cc}\p{Cs}]/u.test(one))) expect(shown).toContain(name)
  expect(shown.join('')).not.toMatch(/[^\P{Cc}\n]/u)
})

test('a cell opens as many images as it counts, at most 24, the most confident first', () => {
  const classifier = sampleClassifier()
  const page = read(renderReportHtml(sampleReport({ test: classifier })))
  const buttons = page.all('button').filter((button) => !page.attribute(button, 'popovertargetaction'))
  expect(buttons.length).toBeGreaterThan(3)
  for (const button of buttons) {
    const sheet = page.elements.find(
      (element) => page.attribute(element, 'id') === page.attribute(button, 'popovertarget'),
    )!
    const { all, text } = read(`<!doctype html><title>x</title>${serialise(sheet)}`)
    const items = all('li')
    expect(items).toHaveLength(Math.min(24, Number(page.text(button))))
    const shares = items.map((item) => Number.parseFloat(text(item)))
    expect(shares).toEqual(shares.toSorted((a, b) => b - a))
  }
})

test('a thumbnail shows the pixels of its sample', async () => {
  const classifier = sampleClassifier()
  const page = read(renderReportHtml(sampleReport({ test: classifier })))
  const atlas = await decodeImage(
    Buffer.from(page.attribute(page.all('image')[0]!, 'href')!.split(',')[1]!, 'base64'),
  )
  expect(atlas.channels).toBe(1)
  const thumbs = page.elements.filter((element) => page.attribute(element, 'class') === 'thumb')
  for (const thumb of thumbs.slice(0, 60)) {
    const row = Number(/test sample (\d+)/.exec(page.attribute(thumb, 'aria-label')!)![1])
    const [left, top, width, height] = page.attribute(thumb, 'viewBox')!.split(' ').map(Number) as [
      number,
      number,
      number,
      number,
    ]
    const shown = Array.from(
      { length: width * height },
      (_, i) => atlas.data[(top + Math.floor(i / width)) * atlas.width + left + (i % width)],
    )
    expect(shown).toEqual([...classifier.images!.images.subarray(row * 64, (row + 1) * 64)])
  }
})

test('stays under 2.5 MB with incompressible colour images and 100 classes', () => {
  const classifier = sampleClassifier({ classNames: many(100), samples: 6000, side: 40, channels: 3 })
  const html = renderReportHtml(withoutReference({ test: classifier }))
  expect(Buffer.byteLength(html)).toBeLessThan(2_500_000)
  expect(html).toContain('Show images')
})

test('the sample is announced, and so is an interrupted run', () => {
  const sample = { ...sampleReport().dataset, source: { kind: 'sample', sha256: {} } as const }
  const page = read(renderReportHtml(sampleReport({ dataset: sample, stopped: 'aborted', epochs: 10 })))
  const banners = page.elements
    .filter((element) => page.attribute(element, 'class') === 'banner')
    .map(page.text)
  expect(banners).toEqual([
    'Embedded sample: This run used only 60,000 training and 300 test samples. Its metrics do not compare with results on the full data set.',
    'Interrupted: The run finished 2 of 10 epochs before it was stopped.',
  ])
})

test('refuses shapes that disagree', () => {
  const classifier = sampleClassifier()
  const report = sampleReport({
    test: { ...classifier, probabilities: classifier.probabilities.subarray(3) },
  })
  expect(() => renderReportHtml(report)).toThrow(/must hold 300 samples × 3 classes, got 897 values/)
})
