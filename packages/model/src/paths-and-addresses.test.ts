import '@tensorflow/tfjs-backend-cpu'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { memory } from '@tensorflow/tfjs-core'
import { loadLayersModel } from '@tensorflow/tfjs-layers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectSame } from '../test/expect-same.ts'
import { modelArtifacts } from './artifacts.ts'
import { loadModel, saveModel, weightsSha256, wideAndDeepClassifier } from './index.ts'

let folder: string
let tensorsBefore: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'treadle-model-'))
  tensorsBefore = memory().numTensors
})
afterEach(async () => {
  await rm(folder, { recursive: true })
  expect(memory().numTensors).toBe(tensorsBefore)
})

// What lies in `folder`, over HTTP.
const server = createServer((request, response) => {
  const path = new URL(request.url as string, 'http://host').pathname
  readFile(join(folder, decodeURIComponent(path))).then(
    (bytes) => response.end(bytes),
    () => response.writeHead(404).end(),
  )
})
let origin: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

test('a saved model comes back from its folder, its file and its address', async () => {
  const model = wideAndDeepClassifier({ seed: 3 })
  const target = join(folder, 'deep er', 'model')
  const { weightsSha256: hash } = await saveModel(model, target, { metadata: { a: [1, 'b'] } })
  const bytes = await readFile(join(target, 'weights.bin'))
  expect(bytes.byteLength).toBe(4 * 18_290)
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash)
  expect(await weightsSha256(model)).toBe(hash)
  expect(await readdir(target)).toEqual(['model.json', 'weights.bin'])
  const url = `${origin}/deep%20er/model`
  const sources = [
    target,
    join(target, 'model.json'),
    pathToFileURL(target),
    url,
    `${url}/model.json?a=1`,
    new URL(`${url}/`),
  ]
  for (const source of sources) {
    const loaded = await loadModel(source, { expect: { inputShape: [28, 28], outputShape: [10] } })
    expectSame(loaded, model)
    expect(loaded.getUserDefinedMetadata()).toEqual({ a: [1, 'b'] })
    loaded.dispose()
  }
  model.dispose()
})

describe('with stock tfjs', () => {
  test('it loads what is saved here', async () => {
    const model = wideAndDeepClassifier({ seed: 4 })
    await saveModel(model, folder, { metadata: { classNames: ['a'] } })
    const stock = await loadLayersModel(`${origin}/model.json`)
    expectSame(stock, model)
    expect(stock.getUserDefinedMetadata()).toEqual({ classNames: ['a'] })
    stock.dispose()
    model.dispose()
  })

  test('what it saves, in several shards, loads here', async () => {
    const model = wideAndDeepClassifier({ seed: 5 })
    const artifacts = await modelArtifacts(model)
    const cut = [0, 1000, 1001, 50_000, artifacts.weightData.byteLength]
    const paths = [
      'group1-shard1of4.bin',
      'deeper/shard 2.bin',
      'group1-shard3of4.bin',
      'group1-shard4of4.bin',
    ]
    await mkdir(join(folder, 'deeper'))
    for (const [index, path] of paths.entries()) {
      await writeFile(
        join(folder, path),
        new Uint8Array(artifacts.weightData.slice(cut[index], cut[index + 1])),
      )
    }
    const { weightSpecs, weightData: _, ...rest } = artifacts
    await writeFile(
      join(folder, 'model.json'),
      JSON.stringify({ ...rest, weightsManifest: [{ paths, weights: weightSpecs }] }),
    )
    for (const source of [folder, `${origin}/model.json`]) {
      const loaded = await loadModel(source)
      expectSame(loaded, model)
      loaded.dispose()
    }
    model.dispose()
  })

  test('its way of posting to a server is a target', async () => {
    const model = wideAndDeepClassifier({ seed: 6, units: [2] })
    let posted = Buffer.alloc(0)
    const receiver = createServer(async (request, response) => {
      for await (const piece of request) posted = Buffer.concat([posted, piece as Buffer])
      response.end()
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    await saveModel(model, `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/upload`)
    await new Promise((resolve) => receiver.close(resolve))
    expect(posted.includes('name="model.json"')).toBe(true)
    expect(posted.includes(Buffer.from((await modelArtifacts(model)).weightData))).toBe(true)
    model.dispose()
  })
})
