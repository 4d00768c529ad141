import { expect, test } from 'vitest'
import {
  hostileNames,
  sampleClassifier,
  sampleRegressor,
  sampleReport,
  untestedReport,
} from '../../../test/sample-report.ts'
import { renderReportMarkdown } from './markdown.ts'

/** Runs of table lines, each as its rows of cells. */
function tables(markdown: string): string[][][] {
  return markdown
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, '')
    .trim()
    .split(/\n\n/)
    .filter((block) => block.startsWith('|'))
    .map((block) => block.split('\n').map((row) => row.slice(2, -2).split(/(?<!\\)\|/)))
}

test('the sections of a classifier', () => {
  const markdown = renderReportMarkdown(sampleReport())
  expect(markdown.match(/^#+ .*$/gm)).toEqual([
    '# wide-and-deep on Fashion-MNIST',
    '## Network',
    '### Layers',
    '## Training',
    '### Accuracy by epoch',
    '### Loss by epoch',
    '## Test metrics',
    '## Confusion matrix',
    '### Most frequent confusions',
    '## Classes',
    '### Classification report',
    '### Compared with the baseline (A published report)',
    '## Most confident mistakes',
    '## Reliability',
    '## Repeat this run',
  ])
  expect(markdown).toMatch(/^\| +1 \| +0\.7700 \| +0\.7631 \| +\+0\.0069 \|/m)
  expect(markdown).toMatch(/weighted avg {7}0\.\d\d {6}0\.\d\d/)
})

test.each([
  ['regressor', sampleReport({ test: sampleRegressor(), history: { loss: [1], mae: [1] } })],
  ['untested', untestedReport()],
  ['hostile names', sampleReport({ test: sampleClassifier({ classNames: hostileNames }) })],
])('%s: tables are whole and nothing is markup', (_, report) => {
  const markdown = renderReportMarkdown(report)
  expect(markdown).not.toMatch(/undefined|NaN|(?!\n)\p{Cc}|\u202E/u)
  for (const rows of tables(markdown)) for (const row of rows) expect(row).toHaveLength(rows[0]!.length)
  const outsideCode = markdown.replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, '')
  expect(outsideCode).not.toMatch(/<|(?<!\\)\*stars/)
})

test('a fence is longer than what it holds', () => {
  const markdown = renderReportMarkdown(sampleReport({ command: 'a\n```\n# not a heading' }))
  expect(markdown).toContain('````text\na\n```\n# not a heading\n````')
})
