import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { elapsedSeconds } from './elapsed.ts'
import { TrialState } from './journal/operations.ts'
import type { JournalTrial } from './journal/trial.ts'

const at = (seconds: number) => new Date(1000 * seconds).toISOString()

const trial = (fields: Partial<JournalTrial>, attributes: Record<string, unknown> = {}): JournalTrial => ({
  id: 0,
  number: 0,
  state: TrialState.complete,
  parameters: new Map(),
  userAttributes: new Map(Object.entries(attributes)),
  systemAttributes: new Map(),
  intermediateValues: new Map(),
  values: undefined,
  startedAt: undefined,
  completedAt: undefined,
  ...fields,
})

test('a pause within a trial does not count, and a running trial counts since its worker took it', () => {
  const trials = [
    trial({ startedAt: at(0), completedAt: at(1000) }, { training_seconds: 30 }),
    trial({ startedAt: at(1000), completedAt: at(1010), state: TrialState.fail }),
    trial({ startedAt: at(0), state: TrialState.running }, { worker: { name: 'w', since: at(1005) } }),
    trial({ startedAt: at(0), state: TrialState.running }, { worker: null }),
  ]
  expect(elapsedSeconds(trials, 1_020_000)).toBe(50)
})

test.prop([fc.array(fc.tuple(fc.nat(40), fc.nat(10)), { maxLength: 8 })])(
  'is the number of seconds in which a trial ran',
  (runs) => {
    const trials = runs.map(([from, length]) =>
      trial({ startedAt: at(from), completedAt: at(from + length) }),
    )
    const seconds = new Set(runs.flatMap(([from, length]) => Array.from({ length }, (_, i) => from + i)))
    expect(elapsedSeconds(trials, 0)).toBeCloseTo(seconds.size, 9)
  },
)
