import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'
import {
  hostileNames,
  sampleClassifier,
  sampleRegressor,
  sampleReport,
  untestedReport,
} from '../../../test/sample-report.ts'
import { curvesFigure } from '../../sections/training.ts'
import { inlineSvg } from './chart.ts'
import { renderReportSvgs } from './svg.ts'

/** Parses as XML, throwing at the first fault; returns the numbers of every geometric attribute by name. */
function read(svg: string) {
  const parser = new SaxesParser({ xmlns: true })
  const tags: { name: string; attributes: Record<string, string> }[] = []
  let text = ''
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes, uri }) => {
    expect(uri).toBe('http://www.w3.org/2000/svg')
    tags.push({
      name,
      attributes: Object.fromEntries(Object.entries(attributes).map(([key, { value }]) => [key, value])),
    })
  })
  parser.on('text', (part) => (text += part))
  parser.write(svg).close()
  return { tags, text }
}

test('draws what the report has the data for', () => {
  expect(Object.keys(renderReportSvgs(sampleReport()))).toEqual([
    'accuracy.svg',
    'loss.svg',
    'confusion-matrix.svg',
    'classes.svg',
    'mistakes.svg',
    'reliability.svg',
  ])
  const regressor = sampleReport({ test: sampleRegressor(), history: { loss: [1], mae: [1] } })
  expect(Object.keys(renderReportSvgs(regressor))).toEqual(['loss.svg', 'mae.svg', 'predictions.svg'])
  expect(renderReportSvgs(untestedReport())).toEqual({})
})

describe.each([
  ['a classifier', sampleReport()],
  ['hostile names', sampleReport({ test: sampleClassifier({ classNames: hostileNames }) })],
  [
    'forty classes',
    sampleReport({ test: sampleClassifier({ classNames: Array.from({ length: 40 }, (_, i) => `c${i}`) }) }),
  ],
  [
    'a regressor',
    sampleReport({ test: sampleRegressor(5000), history: { loss: [Number.NaN, 0.5, 0.5], mae: [1, 1, 1] } }),
  ],
  ['an epoch', sampleReport({ history: { loss: [0.5], accuracy: [0.8] } })],
])('%s', (_, report) => {
  test.each(Object.entries(renderReportSvgs(report)))(
    '%s is well-formed, finite, and asks for nothing',
    (_name, svg) => {
      const { tags } = read(svg)
      expect(tags[0]?.attributes['aria-label']).toBeTruthy()
      expect(svg).not.toMatch(/NaN|Infinity|undefined|url\(|<script/)
      for (const { attributes } of tags) {
        if (attributes['href'] !== undefined)
          expect(attributes['href']).toMatch(/^#atlas$|^data:image\/png;base64,/)
        for (const [name, value] of Object.entries(attributes))
          if (/^(x|y|cx|cy|r|width|height)$/.test(name)) expect(Number(value)).toBeGreaterThanOrEqual(0)
      }
    },
  )
})

test('curves go through the values', () => {
  const svg = inlineSvg(curvesFigure({ loss: [1, 0.5, 0], val_loss: [1, 0.5, 0] }, 'loss')!)
  const dots = read(svg).tags.filter(
    ({ name, attributes }) => name === 'circle' && Number(attributes['cy']) > 50,
  )
  // the frame: epoch 1 at 52, epoch 3 at 444; 1 at 58, 0 at 262
  expect(dots.map(({ attributes }) => [Number(attributes['cx']), Number(attributes['cy'])])).toEqual([
    [52, 58],
    [248, 160],
    [444, 262],
  ])
})

test('colours of files are literal, so that librsvg and CairoSVG draw them', () => {
  for (const svg of Object.values(renderReportSvgs(sampleReport()))) {
    expect(svg).not.toContain('var(')
    const [light = '', dark = ''] = svg.split('@media(prefers-color-scheme:dark)')
    expect(light).toContain('.tm-run{stroke:#1e40af}')
    expect(dark).toContain('.tm-run{stroke:#8fb1ff}')
    expect(svg).toMatch(/^<svg [^>]*width="\d+" height="\d+"/)
    expect(svg).not.toMatch(/width:100%|height:auto/)
  }
})
