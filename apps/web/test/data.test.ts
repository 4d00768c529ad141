import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { fashionMnistInfo } from '@treadle/dataset'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeInChromium, fingerprint, ready, start, visit } from './support/browser.ts'
import { type Served, servePreview } from './support/server.ts'

const full = fashionMnistInfo.systemDirectory
// In CI nothing is skipped: there it fails.
const testFull = existsSync(full) || process.env['CI'] ? test : test.skip
const sample = fileURLToPath(new URL('../../../packages/dataset/sample/', import.meta.url))

/** Gathers all that an element says from now on: what passes quickly could be missed by looking. */
async function textsOf(page: Page, selector: string): Promise<() => Promise<string[]>> {
  const texts = await page.locator(selector).evaluateHandle((place) => {
    const met: string[] = []
    new MutationObserver(() => met.push(place.textContent ?? '')).observe(place, { childList: true })
    return met
  })
  return () => texts.jsonValue()
}

/** An IDX file whose values are 0 and 1 in turn. */
function idxFile(name: string, shape: readonly number[]) {
  const length = shape.reduce((product, size) => product * size, 1)
  const header = [0, 0, 8, shape.length, ...shape.flatMap((size) => [0, 0, size >> 8, size & 255])]
  const values = Array.from({ length }, (_, i) => i % 2)
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from([...header, ...values]) }
}

describeInChromium('data', () => {
  let served: Served
  beforeAll(async () => (served = await servePreview()))
  afterAll(async () => served?.[Symbol.asyncDispose]())

  testFull(
    `the full set comes from a mirror when asked for, with progress, and is kept (needs ${full})`,
    async () => {
      await using one = await visit(served.url)
      const { page, strangers } = one
      expect(strangers).toEqual([])
      const [mirror] = fashionMnistInfo.mirrors
      await page.context().route(`${mirror}**`, async (route) => {
        const name = new URL(route.request().url()).pathname.split('/').at(-1) as string
        await route.fulfill({ path: `${full}/${name}`, headers: { 'access-control-allow-origin': '*' } })
      })
      const progress = await textsOf(page, '#data-text')
      await page.getByRole('radio', { name: /^Full Fashion-MNIST/ }).check()
      await page.getByText('60,000 training images, already stored in this browser').waitFor()
      expect(await progress()).toContainEqual(expect.stringMatching(/^Downloading .*\d MB of \d+/))
      expect(new Set(strangers)).toEqual(
        new Set(Object.values(fashionMnistInfo.files).map(({ name }) => `${mirror}${name}.gz`)),
      )

      // A run on it is found again from the browser's own copy.
      const asked = strangers.length
      await start(page, { epochs: 1 })
      const weights = await fingerprint(page)
      expect(await page.locator('#command').innerText()).toBe('treadle train --epochs 1 --seed 1')
      await page.getByText('of 10,000 test images correct').waitFor()
      await page.getByRole('columnheader', { name: 'baseline' }).first().waitFor()
      await page.reload()
      await ready(page)
      expect(await fingerprint(page)).toBe(weights)
      expect(strangers).toHaveLength(asked)
      expect(one.complaints).toEqual([])
    },
  )

  test('an unreachable mirror gives a message, and the data stay', async () => {
    await using one = await visit(served.url)
    const { page } = one
    await page.context().route(/^https:/, (route) => route.abort())
    // Not `check`, which looks whether it stayed so: the refusal may be faster.
    await page.getByRole('radio', { name: /^Full Fashion-MNIST/ }).click()
    const failure = page.locator('#settings-error', { hasText: /raw\.githubusercontent\.com/ })
    await failure.waitFor()
    expect(await page.getByRole('radio', { name: /^Full Fashion-MNIST/ }).isChecked()).toBe(true)
    // Start tries again, and trains on nothing else.
    const asked = one.strangers.length
    await start(page, { epochs: 1 })
    await expect.poll(() => one.strangers.length, { timeout: 30_000 }).toBeGreaterThan(asked)
    await failure.waitFor()
    expect(await page.locator('#status').innerText()).toMatch(/^Press “Start training”/)
    await page.getByRole('radio', { name: /^Sample/ }).click()
    await page.locator('#settings-error:empty').waitFor({ state: 'attached' })
    await start(page, { epochs: 1 })
    await fingerprint(page)
  })

  test('the user’s own files are loaded, trained on, and kept over a reload', async () => {
    await using one = await visit(served.url)
    const { page } = one
    const names = (await readdir(sample)).filter((name) => name.endsWith('.gz'))
    await page.getByRole('radio', { name: /^Your own files/ }).check()
    await page.locator('#data-files').setInputFiles(names.map((name) => `${sample}${name}`))
    await page.getByText(/6,000 training and 1,000 test images/).waitFor()
    await start(page, { epochs: 1 })
    const weights = await fingerprint(page)
    expect(await page.locator('#command').innerText()).toContain('--data FOLDER')
    await page.reload()
    await ready(page)
    expect(await fingerprint(page)).toBe(weights)
    expect(await page.getByRole('radio', { name: /^Your own files/ }).isChecked()).toBe(true)
  })

  test('a test image is removed together with its data', async () => {
    await using one = await visit(served.url)
    const { page } = one
    await start(page, { epochs: 1 })
    await fingerprint(page)
    await page.locator('#try-answer', { hasText: '%' }).waitFor()

    // So few that nearly no row of the sample's is one of theirs.
    await page.getByRole('radio', { name: /^Your own files/ }).check()
    await page
      .locator('#data-files')
      .setInputFiles([
        idxFile('train-images-idx3-ubyte', [4, 28, 28]),
        idxFile('train-labels-idx1-ubyte', [4]),
        idxFile('t10k-images-idx3-ubyte', [2, 28, 28]),
        idxFile('t10k-labels-idx1-ubyte', [2]),
      ])
    await page.getByText(/: 4 training and 2 test images/).waitFor()
    expect(await page.locator('#inside').isVisible()).toBe(false)
    await page.evaluate(() => {
      for (const part of document.querySelectorAll<HTMLDetailsElement>('#settings details')) part.open = true
    })
    await page.locator('[name="model.name"]').selectOption('cnn-tiny')
    await start(page, { epochs: 1 })
    await page.getByText('of 2 test images correct').waitFor()
    await fingerprint(page)
    await page.locator('#try-answer', { hasText: /Correct\.|The true class is [01]\./ }).waitFor()
    expect(await page.locator('#notice').isVisible()).toBe(false)

    // A convolutional network shows its filters, which come bit by bit, and its maps of the image.
    await expect.poll(() => page.locator('#pictures canvas').count(), { timeout: 30_000 }).toBe(16)
    await page.locator('#inside summary').click()
    await page.locator('#maps-note', { hasText: /^Conv2D: 16 maps of 28 × 28\./ }).waitFor()
    await page.locator('#map-layer').selectOption('pool_1')
    await page.locator('#maps-note', { hasText: /^MaxPooling2D: 16 maps of 14 × 14\./ }).waitFor()
    expect(await page.locator('#maps canvas').count()).toBe(16)
    expect(one.complaints).toEqual([])
  })
})
