import '@tensorflow/tfjs-backend-cpu'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { encodeModel, loadModel, saveModel, weightsSha256, wideAndDeepClassifier } from '../src/index.ts'
import { replaceModel } from '../src/model-folder.ts'
import { openFolder } from '../src/platform.node.ts'

let models: LayersModel[]
let folder: string
beforeAll(() => {
  models = [1, 2].map((seed) =>
    wideAndDeepClassifier({ seed, inputShape: [4, 4], units: [3], classes: 2 + seed }),
  )
})
afterAll(() => models.forEach((model) => model.dispose()))
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'treadle-exclusive-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function expectModel(model: LayersModel | undefined): Promise<void> {
  expect((await readdir(folder)).sort()).toEqual(['model.json', 'weights.bin'])
  const loaded = await loadModel(folder)
  expect(await weightsSha256(loaded)).toBe(await weightsSha256(model as LayersModel))
  loaded.dispose()
}

// The other process runs the built package.
const holder = `
  import { ownFolder } from '@treadle/core/node'
  const { release } = await ownFolder(process.argv[1], () => new Error('busy'))
  process.stdout.write('held')
  await new Promise((resolve) => process.stdin.once('end', resolve).resume())
  await release()
`

test('while another process saves to a folder, a save is an error that changes nothing', async () => {
  await saveModel(models[0] as LayersModel, folder)
  const other = spawn(process.execPath, ['--input-type=module', '-e', holder, folder], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(other.stdout, 'data')
  await expect(saveModel(models[1] as LayersModel, folder)).rejects.toMatchObject({
    code: 'MODEL_FOLDER_BUSY',
    message: expect.stringContaining(`Process ${other.pid} `) as string,
  })
  other.stdin.end()
  await once(other, 'exit')
  await expectModel(models[0])
  await saveModel(models[1] as LayersModel, folder)
  await expectModel(models[1])
})

test('a save that begins in the middle of another one leaves the files of that alone', async () => {
  const first = await encodeModel(models[0] as LayersModel)
  const target = await openFolder(folder)
  const second: unknown[] = []
  let stages = 0
  const injected = {
    ...target,
    async stage(name: string, bytes: Uint8Array) {
      const staged = await target.stage(name, bytes)
      // All but the last file are on the disk under temporary names.
      if (++stages === 1)
        second.push(await saveModel(models[1] as LayersModel, folder).catch((error: unknown) => error))
      return staged
    },
  }
  const weights = first['weights.bin'].slice().buffer
  await replaceModel(injected, weights, () => first['model.json'], true)
  expect(second).toEqual([expect.objectContaining({ code: 'MODEL_FOLDER_BUSY' })])
  await expectModel(models[0])
})

test('with `overwrite: false` a model is not replaced, also one that was saved a moment before', async () => {
  await saveModel(models[0] as LayersModel, folder, { overwrite: false })
  const results = await Promise.allSettled([
    saveModel(models[1] as LayersModel, folder, { overwrite: false }),
  ])
  expect(results).toMatchObject([{ reason: { code: 'MODEL_EXISTS' } }])
  await expectModel(models[0])
  await expect(
    saveModel(models[0] as LayersModel, { save: async () => ({}) as never }, { overwrite: false }),
  ).rejects.toMatchObject({ code: 'MODEL_BAD_TARGET' })
})
