import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

const folder = new URL('../.github/workflows/', import.meta.url)

test.each(readdirSync(folder))('%s uses each action at one commit, since a tag can be moved', (name) => {
  const uses = readFileSync(new URL(name, folder), 'utf8').match(/uses: .*/g) ?? []
  expect(uses.length).toBeGreaterThan(0)
  for (const line of uses) expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
})
