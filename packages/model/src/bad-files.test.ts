import '@tensorflow/tfjs-backend-cpu'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusal } from '../test/refusal.ts'
import { loadModel, saveModel, wideAndDeepClassifier, wideAndDeepRegressor } from './index.ts'

let folder: string
let good: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'treadle-model-'))
  const model = wideAndDeepClassifier({ seed: 1, inputShape: [4, 4], units: [3], classes: 2 })
  await saveModel(model, folder)
  model.dispose()
  good = await readFile(join(folder, 'model.json'), 'utf8')
})
afterAll(() => rm(folder, { recursive: true }))

describe('files', () => {
  test('that are missing, cut off or of another kind', async () => {
    const other = join(folder, 'other')
    await mkdir(other)
    expect(await refusal(join(folder, 'nothing'))).toMatchObject({ code: 'MODEL_NOT_FOUND' })
    expect((await refusal(other)).message).toMatch(/There is no .*other.model\.json\. A saved model is/)
    await writeFile(join(other, 'model.json'), good)
    expect((await refusal(other)).message).toMatch(/There is no .*weights\.bin/)
    for (const [length, message] of [
      [100, /weights.bin has 100 bytes where its manifest promises 340/],
      [0, /weights.bin has 0 bytes/],
      [341, /weights.bin has 341 bytes where at most 340 belong/],
    ] as const) {
      await writeFile(join(other, 'weights.bin'), Buffer.alloc(length))
      expect((await refusal(other)).message).toMatch(message)
    }
    await rm(join(other, 'weights.bin'))
    await mkdir(join(other, 'weights.bin'))
    expect((await refusal(other)).message).toMatch(/weights\.bin is not a file/)
    expect((await refusal(join(folder, 'weights.bin'))).message).toMatch(/it is not JSON/)
    await rm(other, { recursive: true })
  })

  test('behind a server that fails', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/broken/model.json') response.writeHead(500).end()
      else if (request.url === '/cut/model.json')
        response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy())
      else if (request.url === '/long/model.json') response.end(good)
      else if (request.url === '/long/weights.bin') response.end(Buffer.alloc(10_000))
      else if (request.url === '/page/model.json') response.end('<!doctype html>')
      else if (request.url === '/stalls/model.json') response.writeHead(200).flushHeaders()
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect((await refusal(`${origin}/gone/model.json`)).code).toBe('MODEL_NOT_FOUND')
    expect((await refusal(`${origin}/broken`)).message).toMatch(/the server answered 500/)
    expect((await refusal(`${origin}/cut`)).code).toBe('MODEL_READ_FAILED')
    expect((await refusal(`${origin}/long`)).message).toMatch(
      /weights.bin has more than the expected 340 bytes/,
    )
    expect((await refusal(`${origin}/page`)).message).toMatch(/begins with "<!doctype html>"/)
    const stopped = loadModel(`${origin}/stalls`, { signal: AbortSignal.timeout(50) })
    await expect(stopped).rejects.toMatchObject({ name: 'TimeoutError' })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    expect((await refusal(`${origin}/model.json`)).message).toMatch(
      /model.json failed: .+\. Check the address and try again/,
    )
    expect((await refusal('gopher://host/model')).code).toBe('MODEL_NOT_FOUND')
  })
})

describe('saving over what is there', () => {
  test('harms nothing', async () => {
    const one = wideAndDeepRegressor({ seed: 1, units: [2] })
    const file = join(folder, 'file')
    await writeFile(file, 'precious')
    await expect(saveModel(one, file)).rejects.toThrow(
      /a file of that name\. Choose another folder and save again/,
    )
    await expect(saveModel(one, join(file, 'model'))).rejects.toThrow(/a part of the path is a file/)
    expect(await readFile(file, 'utf8')).toBe('precious')
    await expect(saveModel(one, 'downloads://name')).rejects.toMatchObject({ code: 'MODEL_BAD_TARGET' })
    await expect(saveModel(one, folder, { optimizer: true })).rejects.toMatchObject({
      code: 'MODEL_NO_OPTIMIZER',
    })
    expect(await readFile(join(folder, 'model.json'), 'utf8')).toBe(good)
    one.dispose()
  })

  // Root may write everywhere, so the folder is one where a file cannot be replaced: its name is a folder's.
  test('tells of a file that cannot be replaced', async () => {
    const one = wideAndDeepRegressor({ seed: 1, units: [2] })
    const blocked = join(folder, 'blocked')
    await mkdir(join(blocked, 'weights.bin'), { recursive: true })
    await expect(saveModel(one, blocked)).rejects.toMatchObject({ code: 'MODEL_SAVE_FAILED' })
    expect(await readdir(blocked)).toEqual(['weights.bin'])
    one.dispose()
  })
})
