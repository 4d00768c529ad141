import '@tensorflow/tfjs-backend-cpu'
import { fc, test } from '@fast-check/vitest'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, expect } from 'vitest'
import { FakeDirectory, loadStock } from '../test/fake-directory.ts'
import { filesInHandle, folderOfHandle } from './directory-handle.ts'
import { loadModel, saveModel, weightsSha256, wideAndDeepClassifier } from './index.ts'

let models: LayersModel[]
let hashes: string[]
beforeAll(async () => {
  models = [
    wideAndDeepClassifier({ seed: 1, inputShape: [4, 4], units: [3], classes: 2 }),
    wideAndDeepClassifier({ seed: 2, inputShape: [4, 4], units: [3], classes: 2 }),
    wideAndDeepClassifier({ seed: 3, inputShape: [5], units: [2, 2], classes: 3 }),
  ]
  hashes = await Promise.all(models.map(weightsSha256))
})
afterAll(() => models.forEach((model) => model.dispose()))

const saves = fc.array(fc.record({ model: fc.nat(2), operations: fc.integer({ min: 0, max: 12 }) }), {
  minLength: 1,
  maxLength: 6,
})

test.prop([saves], { numRuns: 300 })(
  'whatever is stopped at whatever moment, what was saved last or was being saved is there, whole',
  async (attempts) => {
    const directory = new FakeDirectory()
    let possible = new Set<string | undefined>([undefined])
    for (const { model, operations } of attempts) {
      directory.operations = operations
      const done = await saveModel(models[model] as LayersModel, directory).then(
        () => true,
        (error: Error) => {
          expect(error).toMatchObject({ code: 'MODEL_SAVE_FAILED' })
          return false
        },
      )
      possible = done ? new Set([hashes[model]]) : possible.add(hashes[model])
      // A browser makes an empty file before anything is written.
      if (!directory.files.get('model.json')?.length) {
        expect(possible.has(undefined)).toBe(true)
        continue
      }
      for (const load of [loadModel, loadStock] as ((from: FakeDirectory) => Promise<LayersModel>)[]) {
        const loaded = await load(directory)
        const found = await weightsSha256(loaded)
        expect([...possible]).toContain(found)
        loaded.dispose()
        // It is one of them, and from now on no other.
        possible = new Set([found])
      }
      if (done) expect([...directory.files.keys()].sort()).toEqual(['model.json', 'weights.bin'])
    }
  },
)

test('over an existing model, model.json never names a file that another model’s weights are in', async () => {
  const directory = new FakeDirectory()
  await saveModel(models[0] as LayersModel, directory)
  const seen: unknown[] = []
  for (let operations = 0; operations < 9; operations++) {
    directory.operations = operations
    await saveModel(models[1] as LayersModel, directory).catch(() => {})
    const json = JSON.parse(new TextDecoder().decode(directory.files.get('model.json')))
    seen.push(json.weightsManifest[0].paths[0])
  }
  expect(seen[0]).toBe('weights.bin')
  expect(seen).toContain(`weights.${hashes[1]}.bin`)
})

test('storage that is full changes nothing', async () => {
  const directory = new FakeDirectory()
  await saveModel(models[0] as LayersModel, directory)
  const before = ['model.json', 'weights.bin'].map((name) => directory.files.get(name))
  const size = before.reduce((sum, bytes) => sum + (bytes as Uint8Array).length, 0)
  for (let part = 0; part < 2; part += 0.1) {
    directory.capacity = size * part
    await expect(saveModel(models[1] as LayersModel, directory)).rejects.toThrow(
      /the storage this page may use is full\. Make room and save again/,
    )
    expect(['model.json', 'weights.bin'].map((name) => directory.files.get(name))).toEqual(before)
  }
  directory.capacity = Infinity
  await saveModel(models[1] as LayersModel, directory)
  expect([...directory.files.keys()].sort()).toEqual(['model.json', 'weights.bin'])
})

test('a browser’s folder names what is missing', async () => {
  const directory = new FakeDirectory()
  await expect(loadModel(directory)).rejects.toThrow(/There is no model.json in fake/)
  const staged = await folderOfHandle(directory).stage('model.json', new TextEncoder().encode('{}'))
  await staged.commit()
  await expect(filesInHandle(directory).readModelJson(1)).rejects.toThrow(/more than the expected 1 bytes/)
})
