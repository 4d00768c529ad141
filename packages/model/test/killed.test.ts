import '@tensorflow/tfjs-backend-cpu'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadModel, saveModel, weightsSha256, wideAndDeepClassifier } from '../src/index.ts'

const script = fileURLToPath(new URL('fixtures/save-forever.js', import.meta.url))

// The child runs the built package.
test('a process killed while saving leaves the one model or the other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'treadle-model-'))
  const models = [
    wideAndDeepClassifier({ seed: 1 }),
    wideAndDeepClassifier({ seed: 2, units: [40], classes: 7 }),
  ]
  const hashes = await Promise.all(models.map(weightsSha256))
  for (const delay of [3, 17, 38, 57]) {
    const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'ignore'] })
    await once(child.stdout, 'data')
    await sleep(delay)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const loaded = await loadModel(folder)
    expect(hashes).toContain(await weightsSha256(loaded))
    loaded.dispose()
  }
  await saveModel(models[0] as never, folder)
  const left = await readdir(folder)
  expect(left.filter((name) => !name.startsWith('.'))).toEqual(['model.json', 'weights.bin'])
  for (const model of models) model.dispose()
  await rm(folder, { recursive: true })
})
