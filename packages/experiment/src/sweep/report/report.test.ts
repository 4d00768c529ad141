import { renderReportHtml, renderReportSvgs, renderReportText } from '@treadle/report'
import { describe, expect, test } from 'vitest'
import { parameterOf } from '../parameters.ts'
import { parseSweep } from '../parse.ts'
import type { SweepResult } from '../run-sweep.ts'
import type { SweepTrial } from '../trial.ts'
import { sweepReport } from './document.ts'
import { importanceOf } from './importance.ts'

const sweep = parseSweep({
  name: 'rates <b>',
  recipe: { model: 'wide-and-deep', data: 'sample' },
  search: {
    'optimizer.name': { choice: ['adam', 'sgd'] },
    'optimizer.learningRate': { logUniform: [1e-4, 1] },
    'optimizer.momentum': { uniform: [0, 0.9], when: { 'optimizer.name': 'sgd' } },
    'training.batchSize': { int: [32, 128], step: 32 },
  },
  objective: 'val_accuracy',
  budget: { trials: 20 },
})

/** The learning rate decides; the batch size does not matter. */
const trial = (number: number): SweepTrial => {
  const name = number % 2 === 0 ? 'adam' : 'sgd'
  return {
    number,
    state: 'complete',
    value: 0.9 - Math.abs(number - 10) / 40,
    values: {
      'optimizer.name': name,
      'optimizer.learningRate': 10 ** (-4 + number / 5),
      ...(name === 'sgd' && { 'optimizer.momentum': 0.5 }),
      'training.batchSize': 32 * (1 + ((7 * number) % 4)),
    },
    directory: `trials/${number}`,
  }
}
const complete = Array.from({ length: 20 }, (_, number) => trial(number))
const result = (trials: readonly SweepTrial[]): SweepResult => ({
  sweep,
  directory: 'folder',
  trials,
  ranking: trials
    .filter(({ value }) => value !== undefined)
    .toSorted((a, b) => (b.value as number) - (a.value as number)),
  confirmations: [],
  enqueued: 0,
  stopped: 'trials',
})

test('the field that decides is the most important one', () => {
  const parameters = Object.entries(sweep.search).map(([path, given]) => parameterOf(path, given))
  const importance = importanceOf(parameters, result(complete).ranking) as Map<string, number>
  expect([...importance.keys()][0]).toBe('optimizer.learningRate')
  expect([...importance.values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9)
  expect(importance.get('optimizer.learningRate')).toBeGreaterThan(0.5)
  expect(importanceOf(parameters, result(complete.slice(0, 7)).ranking)).toBeUndefined()
})

describe('the report', () => {
  const report = sweepReport(
    result([...complete, { ...trial(20), state: 'failed', value: undefined as never }]),
  )
  test('has the best trial, the history, the importance and each trial as a line', () => {
    expect(report.headline).toBe('Trial 10 has the best val_accuracy of the best epoch, 0.9000.')
    const svgs = renderReportSvgs(report)
    expect(Object.keys(svgs)).toEqual(['history.svg', 'importance.svg', 'parallel-coordinates.svg'])
    const lines = svgs['parallel-coordinates.svg']?.match(/<path class="tm-curve [^>]*>/g) ?? []
    expect(lines).toHaveLength(20)
    // The best one is on top. Adam has no momentum: its line has a gap there.
    expect(lines.at(-1)).toMatch(/tm-baseline.*d="M[^M]+M/)
    expect(svgs['history.svg']).toContain('best so far, complete trial 20: 0.9000')
  })
  test('is a page without anything from elsewhere, and a text', () => {
    const html = renderReportHtml(report)
    expect(html).toContain('rates ')
    expect(html).not.toMatch(/<b>|<script|src="h/)
    expect(renderReportText(report)).toMatch(/^ *20 +failed /m)
  })
  test('of a sweep without a complete trial says so', () => {
    expect(renderReportText(sweepReport(result([])))).toContain('No trial is complete.')
  })
})
