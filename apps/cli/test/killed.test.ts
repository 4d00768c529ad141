import { expect, test, vi } from 'vitest'
import { killAndCompare, scenarios } from './kill.ts'

vi.setConfig({ testTimeout: 900_000 })

/** Killed processes over all scenarios. `killed.long.test.ts` tries every operation. */
const KILLS = 20

test('a command that is killed at a file operation is continued to the same files', async () => {
  const all = await scenarios()
  let kills = 0
  for (const [i, scenario] of all.entries()) {
    const share = KILLS / all.length
    // Spread over the command, each scenario with an offset of its own.
    const choose = (count: number) =>
      Array.from(
        { length: share },
        (_, k) => 1 + Math.floor(((k + (i + 1) / (all.length + 1)) / share) * count),
      )
    kills += await killAndCompare(scenario, choose)
  }
  expect(kills).toBe(KILLS)
})
