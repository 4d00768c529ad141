import { expect, test } from 'vitest'
import { killAndCompare, scenarios } from './kill.ts'

test('a command that is killed at any file operation is continued to the same files', async () => {
  let kills = 0
  for (const scenario of await scenarios())
    kills += await killAndCompare(scenario, (count) => Array.from({ length: count }, (_, i) => i + 1))
  console.log(`${kills} processes were killed.`)
  expect(kills).toBeGreaterThan(400)
})
