import type { Run } from '@treadle/experiment'
import { classificationReport, judge, spreadOf, summariseSeeds } from '@treadle/metrics'
import { expect, test } from 'vitest'
import { resultJson } from '../../terminal/ui.ts'
import { reproduceJson } from './json.ts'

const report = classificationReport([0, 1], [0, 1], { classNames: ['a', 'b'] })
const run = { seed: 1, accuracy: 0.5, history: { loss: [1, 0.5] }, report }
const withLoss = (loss: number) =>
  ({
    location: 'runs/seed-1',
    record: { recipe: { training: { seed: 1 } }, test: { loss }, seconds: 2, weightsSha256: 'ab' },
  }) as unknown as Run
const stored = withLoss(0.5)

test('one run has no spread: its fields are absent, not null', () => {
  const summary = { ...summariseSeeds([run]), verdict: judge(0.6, [0.5]) }
  expect([summary.accuracy.sd, summary.verdict.z]).toEqual([NaN, NaN])
  const text = resultJson(reproduceJson(summary, [stored]))
  expect(text).not.toContain('null')
  expect(JSON.parse(text)).toMatchObject({
    accuracy: { mean: 0.5, count: 1 },
    runs: [{ seed: 1, loss: 0.5, seconds: 2, weightsSha256: 'ab', runDirectory: 'runs/seed-1' }],
  })
  expect(Object.keys((JSON.parse(text) as typeof summary).accuracy)).toEqual(['mean', 'count'])
})

test('all other numbers stay', () => {
  const summary = { ...summariseSeeds([run, { ...run, accuracy: 0.7 }]), verdict: judge(0.6, [0.5, 0.7]) }
  const object = JSON.parse(resultJson(reproduceJson(summary, [stored]))) as typeof summary
  const { runs: _, ...rest } = object as typeof summary & { runs: unknown }
  expect(rest).toEqual(summary)
  expect(object.accuracy).toEqual(spreadOf([0.5, 0.7]))
})

test('an infinity is an error', () => {
  const object = reproduceJson(summariseSeeds([run]), [withLoss(Infinity)])
  expect(() => resultJson(object)).toThrow('`runs.0.loss` is Infinity')
})
