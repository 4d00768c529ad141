import { expect, test } from 'vitest'
import { type TrialInterruption, finalMessage, withInterruption } from './interruptions.ts'

const killed = (worker: string, epochs: number): TrialInterruption => ({
  kind: 'killed',
  message: 'Killed.',
  worker,
  epochs,
})
const crash = (worker: string, epochs = 0): TrialInterruption => ({
  ...killed(worker, epochs),
  kind: 'crash',
  message: `Crash of ${worker}.`,
})
const after = (...added: TrialInterruption[]) =>
  finalMessage(added.reduce<readonly TrialInterruption[]>(withInterruption, []))

test('a trial that crashes is retried once; the last message counts', () => {
  expect(after()).toBeUndefined()
  expect(after(crash('a'))).toBeUndefined()
  expect(after(crash('a'), killed('b', 1), crash('c', 3))).toBe('Crash of c.')
})

test('kills count only while no epoch is finished between them', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  expect(after(...names.map((name, i) => killed(name, i >> 1)))).toBeUndefined()
  expect(after(...names.slice(0, 4).map((name) => killed(name, 2)))).toBeUndefined()
  expect(after(killed('z', 1), ...names.slice(0, 5).map((name) => killed(name, 2)))).toBe(
    'Killed. This happened 5 times in a row.',
  )
})

test('what the supervisor knows replaces what another worker has assumed, and counts once', () => {
  expect(withInterruption([killed('a', 2)], crash('a'))).toEqual([crash('a', 2)])
  expect(withInterruption([crash('a', 2)], killed('a', 2))).toEqual([crash('a', 2)])
})
