import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect } from 'vitest'
import { fullFashionMnist, testWith } from '../../dataset/test/real-data.ts'
import { pretrainedModels } from '../src/index.ts'

const script = fileURLToPath(new URL('../scripts/train.js', import.meta.url))

describe.each(pretrainedModels)('$name', ({ name, weights }) => {
  testWith(fullFashionMnist)('trained again by the command of its card has the same weights', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [script, name, '--check'])
    expect(stdout).toBe(`${name}: ${weights.sha256}\n`)
  })
})
