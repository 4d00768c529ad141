import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { encodePng } from '@treadle/image'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  accuracy,
  describeInChromium,
  endless,
  epochsDone,
  fillIn,
  filled,
  fingerprint,
  placeOf,
  ready,
  start,
  trainingCurve,
  visit,
} from './support/browser.ts'
import { adamW, cosineDecay } from '@treadle/trainer'
import { trainedInNode } from './support/node.ts'
import { type Served, servePreview } from './support/server.ts'

const sample = fileURLToPath(new URL('../../../packages/dataset/sample/', import.meta.url))
const sampleFiles = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'].map(
  (name) => `${sample}${name}-ubyte.gz`,
)

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const status = (page: Page, words: RegExp) => page.locator('#status', { hasText: words }).waitFor()
const notice = (page: Page, words: RegExp) => page.locator('#notice-text', { hasText: words }).waitFor()

async function downloaded(page: Page, name: string): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, name).click()])
  expect(file.suggestedFilename()).toBe(name)
  return readFile(await file.path())
}

/** The bar that is longest, and its figure. */
async function answer(page: Page): Promise<string> {
  return (await page.locator('#bars .best').innerText()).replaceAll(/\s+/g, ' ')
}

/** The lightest red of a canvas. */
const lightestOf = (canvas: Locator) =>
  canvas.evaluate((element: HTMLCanvasElement) => {
    const { width, height } = element
    const { data = [] } = element.getContext('2d')?.getImageData(0, 0, width, height) ?? {}
    return Math.max(...[...data].filter((_, i) => i % 4 === 0))
  })

describeInChromium('the page', () => {
  let served: Served
  beforeAll(async () => (served = await servePreview()))
  afterAll(async () => served?.[Symbol.asyncDispose]())

  test('trains on the sample, shows the result, and sends no request to other hosts', async () => {
    await using one = await visit(served.url)
    const { page } = one
    await start(page, { epochs: 3 })
    const weights = await fingerprint(page)
    expect(await accuracy(page)).toBeGreaterThan(75)
    await status(page, /Trained for 3 epochs/)
    expect(await page.locator('#command').innerText()).toBe('treadle train --data sample --epochs 3 --seed 1')

    await filled(page)
    // Every test image is behind some cell, and the cells show them.
    const cells = page.locator('#section-confusion button')
    const counts = (await cells.allInnerTexts()).map((text) => Number(text.replaceAll(',', '')))
    expect(counts.reduce((sum, value) => sum + value, 0)).toBe(1000)
    const mistake = page.locator('#section-confusion td.miss button').first()
    const behind = Number(await mistake.innerText())
    await mistake.click()
    expect(await page.locator('#cell-images canvas').count()).toBe(Math.min(behind, 60))
    await page.keyboard.press('Escape')
    expect(await page.locator('#section-mistakes li').count()).toBe(30)
    expect(await page.locator('#pictures canvas').count()).toBe(10 + 30)
    expect(await page.locator('#section-classes tbody tr').count()).toBe(10)

    const report = (await downloaded(page, 'report.html')).toString()
    expect(report).toContain(weights)
    expect(report).toContain('treadle train --data sample --epochs 3 --seed 1')
    expect(report).toContain('Embedded sample')
    // A second run with another seed is compared with the first, also after a reload.
    expect(await page.locator('#compare [data-empty]').isVisible()).toBe(true)
    const link = page.getByRole('link', { name: 'Compare' })
    expect(await link.isVisible()).toBe(false)
    await start(page, { epochs: 1, seed: 2 })
    await status(page, /Trained for 1 epoch\./)
    await page.locator('#past-runs li').nth(1).waitFor()
    await page.reload()
    await ready(page)
    expect(await page.locator('#past-runs li').allInnerTexts()).toEqual(
      [1, 2].map(
        (seed) => expect.stringContaining(`wide-and-deep on fashion-mnist-sample, seed ${seed}`) as string,
      ),
    )
    await link.click()
    await button(page, 'Compare').click()
    await page.locator('#section-compare-training svg').first().waitFor()
    expect(await page.locator('#section-compare-recipes').innerText()).toMatch(/training\.seed\s+1\s+2/)
    expect(await page.locator('#section-compare-pairs tbody tr').count()).toBe(1)
    const disagreements = page.locator('#section-compare-disagreements .images li')
    expect(await disagreements.count()).toBe(30)
    // The true class, and the answer of each run with its probability.
    expect(await disagreements.first().innerText()).toMatch(
      /^[\w/ -]+\nA: [\w/ -]+ \d+\.\d\s%; B: [\w/ -]+ \d+\.\d\s%$/,
    )
    expect(await lightestOf(disagreements.first().locator('canvas'))).toBeGreaterThan(100)
    expect(one.complaints).toEqual([])
    expect(one.strangers).toEqual([])
  })

  describe('a run', () => {
    // A step of one image keeps the fast executor busy for long.
    test.each([
      ['eager', endless],
      ['compiled', { ...endless, executor: 'compiled', batchSize: 1 }],
    ])('answers while it trains: %s', async (_, wish) => {
      await using one = await visit(served.url)
      const { page } = one
      await start(page, wish)
      await status(page, /^Epoch \d+ of 1000 finished/)
      for (let i = 0; i < 5; i++) {
        await button(page, 'Clear').click()
        await button(page, 'Take a test image').click()
        await page.locator('#try-answer', { hasText: '%' }).waitFor()
      }
      expect(await button(page, 'Pause').isVisible()).toBe(true)
      expect(one.complaints).toEqual([])
    })

    test('pauses, survives reloads, also within an epoch, and continues to the same bits', async () => {
      await using one = await visit(served.url)
      const { page } = one
      await start(page, endless)
      await epochsDone(page, 1)
      await button(page, 'Pause').click()
      const paused = await placeOf(page, 'Paused')
      expect(paused.epochs).toBeGreaterThanOrEqual(1)
      await page.reload()
      await ready(page)
      expect(await placeOf(page, 'Paused')).toEqual(paused)
      expect(await page.getByRole('combobox', { name: 'Executor' }).inputValue()).toBe('eager')
      // Its network is shown as before, and answers.
      expect(await page.locator('#mini-matrix svg').getAttribute('aria-label')).toMatch(/of 1,000 correct/)
      await page.locator('#try-answer', { hasText: '%' }).waitFor()
      await button(page, 'Take a test image').click()
      await page.locator('#try-answer', { hasText: /Correct\.|The true class is / }).waitFor()

      // It goes on from within the epoch; cut off, it stands where its last epoch ended.
      await button(page, 'Continue').click()
      await epochsDone(page, paused.epochs + 1)
      // The curve still begins at the first epoch.
      const { points } = await trainingCurve(page, 'loss')
      expect(points.slice(0, paused.epochs).map(([epoch]) => Math.round(epoch))).toEqual(
        Array.from({ length: paused.epochs }, (_, i) => i + 1),
      )
      await page.reload()
      await ready(page)
      const { epochs, steps } = await placeOf(page, 'Paused')
      expect(epochs).toBeGreaterThan(paused.epochs)
      expect(steps).toBe(0)
      await button(page, 'Stop').click()
      const weights = await fingerprint(page)
      expect(weights).toBe(await trainedInNode({ ...endless, epochs }))
      expect(await page.locator('#command').innerText()).toContain(`--epochs ${epochs} `)

      await page.reload()
      await ready(page)
      expect(await fingerprint(page)).toBe(weights)
      expect(one.complaints).toEqual([])
    })

    test('pauses at its start and continues to its end', async () => {
      await using one = await visit(served.url)
      const { page } = one
      const run = { epochs: 3, executor: 'compiled' } as const
      await fillIn(page, run)
      await page.evaluate(() => {
        for (const id of ['start', 'pause']) document.getElementById(id)?.click()
      })
      expect((await placeOf(page, 'Paused')).epochs).toBe(0)
      await button(page, 'Continue').click()
      expect(await fingerprint(page)).toBe(await trainedInNode(run))
      await status(page, /^Trained for 3 epochs/)
    })

    test('whose tab was closed is restored from the end of its last epoch', async () => {
      await using one = await visit(served.url)
      await start(one.page, endless)
      await epochsDone(one.page, 1)
      const context = one.page.context()
      await one.page.close()
      const page = await context.newPage()
      await page.goto(served.url)
      await ready(page)
      const { epochs, steps } = await placeOf(page, 'Paused')
      expect(epochs).toBeGreaterThanOrEqual(1)
      expect(steps).toBe(0)
      await button(page, 'Stop').click()
      expect(await fingerprint(page)).toBe(await trainedInNode({ ...endless, epochs }))
    })

    test('is stored by the first tab; a second tab says that it stores nothing', async () => {
      await using one = await visit(served.url)
      await start(one.page, { epochs: 1 })
      const weights = await fingerprint(one.page)
      const page = await one.page.context().newPage()
      await page.goto(served.url)
      await ready(page)
      await notice(page, /open in another tab/)
      await start(page, { epochs: 1, seed: 2 })
      const second = await fingerprint(page)
      expect(second).not.toBe(weights)
      await one.page.reload()
      await ready(one.page)
      expect(await fingerprint(one.page)).toBe(weights)

      // Whoever has waited, and is alone now, keeps.
      await one.page.close()
      await page.waitForFunction(async () => (await navigator.locks.query()).pending?.length === 0)
      await start(page, { epochs: 1, seed: 2 })
      expect(await fingerprint(page)).toBe(second)
      await page.reload()
      await ready(page)
      expect(await fingerprint(page)).toBe(second)
    })

    test('stops and shows the results so far', async () => {
      await using one = await visit(served.url)
      const { page } = one
      await start(page, endless)
      await epochsDone(page, 1)
      await button(page, 'Stop').click()
      await fingerprint(page)
      const { epochs, steps } = await placeOf(page, 'Stopped')
      expect(epochs).toBeGreaterThanOrEqual(1)
      expect(await accuracy(page)).toBeGreaterThan(50)
      expect(await page.locator('#command').innerText()).toMatch(
        steps > 0 ? /^There is no such command/ : `--epochs ${epochs} `,
      )
      await button(page, 'Delete all runs').click()
      await page.reload()
      await ready(page)
      expect(await page.locator('#fingerprint').innerText()).toBe('–')
    })
  })

  describe('a trained network', () => {
    let one: Awaited<ReturnType<typeof visit>>
    let page: Page
    let weights: string
    beforeAll(async () => {
      one = await visit(served.url)
      page = one.page
      await start(page, { epochs: 2 })
      weights = await fingerprint(page)
    })
    afterAll(async () => one?.[Symbol.asyncDispose]())

    test('classifies drawings, by mouse and by keyboard', async () => {
      await button(page, 'Clear').click()
      const box = await page.locator('#draw').boundingBox()
      if (!box) throw new Error('the canvas is not there')
      // Two legs and a waist: nothing else looks like trousers.
      const at = (x: number, y: number) => [box.x + x, box.y + y] as const
      for (const [from, to] of [
        [at(110, 40), at(100, 250)],
        [at(170, 40), at(180, 250)],
        [at(105, 45), at(175, 45)],
      ] as const) {
        await page.mouse.move(...from)
        await page.mouse.down()
        await page.mouse.move(...to, { steps: 12 })
        await page.mouse.up()
      }
      await page.locator('#bars .best[data-name=Trouser]').waitFor()

      await button(page, 'Clear').click()
      await page.locator('#draw').focus()
      await page.keyboard.press('Space')
      for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowRight')
      for (let i = 0; i < 9; i++) await page.keyboard.press('ArrowDown')
      await page.locator('#try-answer', { hasText: '%' }).waitFor()
      expect(await answer(page)).toMatch(/^\D+ \d+\.\d %$/)
    })

    test('classifies a picture and a test image, and describes the fault of a damaged one', async () => {
      await button(page, 'Clear').click()
      const picture = await page.locator('#strip').screenshot()
      await page
        .locator('#picture')
        .setInputFiles({ name: 'shirt.png', mimeType: 'image/png', buffer: picture })
      await page.locator('#try-answer', { hasText: '%' }).waitFor()
      const noise = Uint8Array.from({ length: 28 * 28 }, (_, i) => (i * i * 7919) >> 3)
      const buffer = Buffer.from(encodePng({ width: 28, height: 28, channels: 1, data: noise }))
      await page.locator('#picture').setInputFiles({ name: 'noise.png', mimeType: 'image/png', buffer })
      await page
        .locator('#try-answer', { hasText: /%\. The image is unlike the training images\.$/ })
        .waitFor()
      await page
        .locator('#picture')
        .setInputFiles({ name: 'broken.png', mimeType: 'image/png', buffer: picture.subarray(0, 40) })
      await notice(page, /^broken\.png cannot be decoded/)
      await button(page, 'Dismiss').click()
      expect(await page.locator('#notice').isVisible()).toBe(false)
      await button(page, 'Take a test image').click()
      await page.locator('#try-answer', { hasText: /(Correct\.|The true class is [^.]+\.)$/ }).waitFor()
    })

    test('accepts dropped and pasted images and rejects damaged ones', async () => {
      const send = (kind: 'drop' | 'paste', name: string, content: string) =>
        page.evaluate(
          ([event, file, base64]) => {
            const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
            const items = new DataTransfer()
            items.items.add(new File([bytes], file, { type: 'image/png' }))
            document.body.dispatchEvent(
              event === 'drop'
                ? new DragEvent('drop', { dataTransfer: items, bubbles: true, cancelable: true })
                : new ClipboardEvent('paste', { clipboardData: items, bubbles: true }),
            )
          },
          [kind, name, content] as const,
        )
      const picture = (await page.locator('#strip').screenshot()).toString('base64')
      for (const kind of ['drop', 'paste'] as const) {
        await button(page, 'Clear').click()
        await send(kind, 'picture.png', picture)
        await page.locator('#try-answer', { hasText: '%' }).waitFor()
      }
      await send('drop', 'torn.png', picture.slice(0, 80))
      await notice(page, /^torn\.png cannot be decoded/)
      await send('drop', 'train-images-idx3-ubyte', picture)
      await page.locator('#settings-error', { hasText: /four files/ }).waitFor()
      await stillAnswers()
    })

    test('does not change if data files are damaged', async () => {
      const files = await Promise.all(
        sampleFiles.map(async (path, i) => ({
          name: path.split('/').at(-1) as string,
          mimeType: 'application/gzip',
          // The first is cut short.
          buffer: (await readFile(path)).subarray(0, i === 0 ? 5000 : undefined),
        })),
      )
      await page.getByText('Your own files').click()
      await page.locator('#data-files').setInputFiles(files)
      const failure = page.locator('#settings-error', { hasText: /train-images-idx3-ubyte\.gz/ })
      await failure.waitFor()
      await button(page, 'Start training').click()
      await failure.waitFor()
      expect(await page.getByRole('radio', { name: /^Your own files/ }).isChecked()).toBe(true)
      await stillAnswers()
    })

    test('does not change if a model is damaged', async () => {
      const buffer = Buffer.from('{"modelTopology": 5}')
      await page
        .locator('#model-files')
        .setInputFiles({ name: 'model.json', mimeType: 'application/json', buffer })
      await notice(page, /model\.json/)
      await stillAnswers()
    })

    async function stillAnswers(): Promise<void> {
      expect(await fingerprint(page)).toBe(weights)
      await button(page, 'Clear').click()
      await button(page, 'Take a test image').click()
      await page.locator('#try-answer', { hasText: '%' }).waitFor()
    }

    test('is saved as files, which load as the same network in another browser', async () => {
      const [json, bin] = [await downloaded(page, 'model.json'), await downloaded(page, 'weights.bin')]
      expect(JSON.parse(json.toString()).userDefinedMetadata.classNames).toHaveLength(10)
      await using other = await visit(served.url)
      await other.page.locator('#model-files').setInputFiles([
        { name: 'model.json', mimeType: 'application/json', buffer: json },
        { name: 'weights.bin', mimeType: 'application/octet-stream', buffer: bin },
      ])
      expect(await fingerprint(other.page)).toBe(weights)
      expect(await accuracy(other.page)).toBe(await accuracy(page))
      await other.page.reload()
      await ready(other.page)
      expect(await fingerprint(other.page)).toBe(weights)
    })
  })

  test('more settings follow from the recipe, to the same bits as in Node', async () => {
    await using one = await visit(served.url)
    const { page } = one
    await page.getByText('More settings').click()
    const group = (title: string) => page.locator('#more-fields > details', { hasText: title }).first()
    for (const title of ['Network', 'Optimizer']) await group(title).locator('summary').click()
    await page.getByRole('combobox', { name: 'Optimizer', exact: true }).selectOption('adamw')
    await page.getByRole('combobox', { name: 'Schedule', exact: true }).selectOption('cosine')
    await page.getByRole('textbox', { name: 'Weight decay', exact: true }).fill('0.01')
    await page.getByRole('textbox', { name: 'Dropout', exact: true }).fill('1.5')
    await start(page)
    await page.getByText('Dropout (=1.5) must be a number of at least 0 and below 1.').waitFor()
    await page.getByRole('textbox', { name: 'Dropout', exact: true }).fill('0.2')
    await start(page)
    const optimizer = adamW({ learningRate: cosineDecay({ peak: 0.001 }), weightDecay: 0.01 })
    const weights = await trainedInNode({ epochs: 2, executor: 'auto', dropout: 0.2, optimizer })
    expect(await fingerprint(page)).toBe(weights)
    expect(await page.locator('#command').innerText()).toBe(
      'treadle train --dropout 0.2 --data sample --epochs 2 --seed 1 --optimizer adamw --schedule cosine --weight-decay 0.01',
    )
    const report = (await downloaded(page, 'report.html')).toString()
    expect(report).toContain('cosine')

    await page.reload()
    await ready(page)
    expect(await fingerprint(page)).toBe(weights)
    await page.getByText('More settings').click()
    await group('Network').locator('summary').click()
    expect(await page.getByRole('textbox', { name: 'Dropout', exact: true }).inputValue()).toBe('0.2')

    // The baseline is a run of the network wide-and-deep: its curves are not beside those of another one.
    const baseline = page.locator('.charts').getByText('baseline', { exact: true })
    expect(await baseline.count()).toBe(2)
    await page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('mlp')
    await start(page)
    await baseline.first().waitFor({ state: 'detached' })
    await status(page, /Trained for/)
    expect(await baseline.count()).toBe(0)
    expect(one.complaints).toEqual([])
  })

  test('a run that the first versions of the page stored continues', async () => {
    await using one = await visit(served.url)
    const { page } = one
    await page.evaluate(async () => {
      const settings = { epochs: 2, batchSize: 32, seed: 3, threads: 'auto', executor: 'auto' }
      const run = { settings, status: 'paused', startedAt: new Date().toISOString(), seconds: 0 }
      const opening = indexedDB.open('keyval-store')
      await new Promise((resolve) => {
        opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore('keyval'))
        opening.addEventListener('success', resolve)
      })
      const writing = opening.result.transaction('keyval', 'readwrite')
      writing.objectStore('keyval').put({ format: 1, data: { kind: 'sample' }, run }, 'treadle:kept')
      await new Promise((resolve) => writing.addEventListener('complete', resolve))
      opening.result.close()
    })
    await page.reload()
    await ready(page)
    await status(page, /^Paused after 0 of 2 epochs/)
    expect(await page.getByRole('textbox', { name: 'Seed', exact: true }).inputValue()).toBe('3')
    await button(page, 'Continue').click()
    expect(await fingerprint(page)).toBe(await trainedInNode({ epochs: 2, executor: 'auto', seed: 3 }))
    expect(one.complaints).toEqual([])
  })

  test('a wrong setting is marked, and no run starts', async () => {
    await using one = await visit(served.url)
    const { page } = one
    const epochs = page.getByRole('textbox', { name: 'Epochs', exact: true })
    await epochs.fill('many')
    await button(page, 'Start training').click()
    await page.getByText('Epochs (=many) must be a whole number of at least 1.').waitFor()
    expect(await epochs.getAttribute('aria-invalid')).toBe('true')
    expect(await epochs.evaluate((field) => field === document.activeElement)).toBe(true)
    expect(await button(page, 'Pause').isVisible()).toBe(false)
  })
})
