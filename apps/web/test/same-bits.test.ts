import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeInChromium, fingerprint, runsOn, start, visit } from './support/browser.ts'
import { recipeInNode, trainedInNode } from './support/node.ts'
import { type Served, servePreview } from './support/server.ts'

const epochs = 2
const seed = 1

describeInChromium('seed 1 on the sample for 2 epochs', () => {
  let served: Served
  beforeAll(async () => (served = await servePreview()))
  afterAll(async () => served?.[Symbol.asyncDispose]())

  test.each(['eager', 'compiled'] as const)(
    'gives one set of weights in Node and in Chromium, on 1 and on 2 threads: %s',
    async (executor) => {
      const fingerprints = new Map<string, string>()
      for (const threads of [1, 2]) {
        fingerprints.set(`Node, ${threads}`, await trainedInNode({ epochs, executor, seed, threads }))
        await using one = await visit(served.url)
        await start(one.page, { epochs, seed, threads, executor })
        fingerprints.set(`Chromium, ${threads}`, await fingerprint(one.page))
        const words = `${threads} thread${threads > 1 ? 's' : ''} · ${executor} · isolated`
        expect(await runsOn(one.page)).toBe(`SIMD · ${words}`)
        expect(one.complaints).toEqual([])
      }
      expect(new Set(fingerprints.values()).size, JSON.stringify([...fingerprints])).toBe(1)
    },
  )

  test('gives a preset with a whitened first layer and Muon one set of weights in Node and in Chromium', async () => {
    const training = { epochs: 1, batchSize: 64, seed, threads: 2 as const }
    await using one = await visit(served.url)
    await one.page.evaluate(() => {
      for (const part of document.querySelectorAll<HTMLDetailsElement>('#settings details')) part.open = true
    })
    await one.page.locator('[name="model.name"]').selectOption('cnn-fast')
    await start(one.page, training)
    const found = await fingerprint(one.page)
    expect(found).toBe(await recipeInNode({ model: 'cnn-fast', data: 'sample', training }))
    expect(one.complaints).toEqual([])
  })
})
