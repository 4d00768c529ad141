import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Classifier, weightsSha256 } from '@treadle/model'
import { parseRecipe, runRecipe } from '@treadle/experiment'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeInChromium,
  endless,
  epochsDone,
  filled,
  fingerprint,
  ready,
  start,
  trainingCurve,
  visit,
} from './support/browser.ts'
import { photosSha256, photosZip } from '../../../packages/dataset/test/photos-zip.ts'
import { type Photos, drawPhotos } from './support/photos.ts'
import { type Served, servePreview } from './support/server.ts'
import { violations } from './support/violations.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const choose = (page: Page) => page.getByRole('radio', { name: /^Your own pictures/ }).check()
const loaded = (page: Page, words: RegExp) => page.locator('#pictures-note', { hasText: words }).waitFor()
const problem = (page: Page, words: RegExp) => page.locator('#settings-error', { hasText: words }).waitFor()

async function downloaded(page: Page, name: string): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, name).click()])
  return readFile(await file.path())
}

/** Drops files on an element. */
async function drop(target: Locator, paths: readonly string[]): Promise<void> {
  const files = await Promise.all(
    paths.map(async (path) => [basename(path), (await readFile(path)).toString('base64')] as const),
  )
  await target.evaluate((place, list) => {
    const dataTransfer = new DataTransfer()
    for (const [name, content] of list) {
      const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
      dataTransfer.items.add(new File([bytes], name))
    }
    for (const type of ['dragenter', 'dragover', 'drop'])
      place.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
  }, files)
}

/** Drops files and folders as a person does: the browser reads them from the disk. */
async function dropFromDisk(page: Page, files: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 5, y: 5, data })
  await session.detach()
}

/** The elements that go beyond their card, or beyond the screen, on a phone and on a desktop. */
async function tooWide(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 844 })
    const wide = await page.evaluate(() => {
      const boxes = [...document.querySelectorAll('.card, dialog[open], .trial > *, .class-card')]
      const parts = boxes.flatMap((box) =>
        [box, ...box.querySelectorAll('*')].map((part) => ({
          box,
          part,
          limit: part === box ? innerWidth : box.getBoundingClientRect().right,
        })),
      )
      return [
        ...(document.documentElement.scrollWidth > innerWidth ? ['the page'] : []),
        ...boxes
          .filter((box) => box.scrollWidth > box.clientWidth)
          .map(({ id, className }) => `${id}.${className}`),
        ...parts
          .filter(({ part }) => !part.closest('.sr-only, .scroll > *'))
          .filter(({ part, limit }) => part.getBoundingClientRect().right > limit + 1)
          .map(({ part, box }) => `${part.tagName} in ${box.id}.${box.className}`),
      ]
    })
    found.push(...wide.map((name) => `${width}: ${name}`))
  }
  return found
}

describeInChromium('own pictures', () => {
  let served: Served
  let photos: Photos
  beforeAll(async () => {
    served = await servePreview()
    photos = await drawPhotos()
  })
  afterAll(async () => {
    await served?.[Symbol.asyncDispose]()
    await photos?.[Symbol.asyncDispose]()
  })

  test('of an archive or a folder train to the weights of the command; the model answers the same elsewhere', async () => {
    const recipe = parseRecipe({
      model: 'wide-and-deep',
      data: { name: photos.zip, size: 64 },
      training: { epochs: 2 },
    })
    const { model, runtime } = await runRecipe(recipe, { reports: [], keepModel: true })
    if (!model) throw new Error('no model')
    const expected = await weightsSha256(model)
    model.dispose()
    await runtime?.dispose()

    await using one = await visit(served.url)
    const { page } = one
    await choose(page)
    await page.locator('#pictures-archive').setInputFiles(photos.zip)
    await loaded(page, /3 classes: 48 training and 12 test pictures/)
    const findings = page.getByRole('list', { name: 'Findings on the pictures' })
    await findings.getByText(/disc\/damaged\.png/).waitFor({ state: 'attached' })
    expect(await findings.innerText()).toMatch(/1 hidden or system file is skipped/)
    expect(await violations(page)).toEqual([])
    await start(page, { epochs: 2 })
    expect(await fingerprint(page)).toBe(expected)
    expect(await page.locator('#command').innerText()).toMatch(/--data PICTURES .*--size 64/)

    // The answer on a dropped picture is that of the downloaded model in Node.js.
    const [path] = photos.of('square') as [string]
    await page.locator('#picture').setInputFiles(path)
    await page.locator('#try-answer', { hasText: /disc|square|stripes/ }).waitFor()
    const [json, weights] = [await downloaded(page, 'model.json'), await downloaded(page, 'weights.bin')]
    const files = {
      'model.json': new Blob([Uint8Array.from(json)]),
      'weights.bin': new Blob([Uint8Array.from(weights)]),
    }
    await using classifier = await Classifier.load(files)
    const [best] = await classifier.classify(await readFile(path))
    const percent = ((best?.probability ?? 0) * 100).toFixed(1)
    await page.locator('#try-answer', { hasText: `${best?.className}, ${percent}` }).waitFor()

    // Pictures and run are kept over a reload; other settings load the pictures again.
    await page.reload()
    await ready(page)
    expect(await fingerprint(page)).toBe(expected)
    expect(await page.getByRole('radio', { name: /^Your own pictures/ }).isChecked()).toBe(true)
    await page.getByRole('textbox', { name: 'Size in pixels' }).fill('16')
    await start(page, { epochs: 1 })
    expect(await fingerprint(page)).not.toBe(expected)
    expect(await page.locator('#command').innerText()).toContain('--size 16')

    await page.getByRole('textbox', { name: 'Size in pixels' }).fill('64')
    await page.locator('#pictures-folder').setInputFiles(photos.folder)
    await loaded(page, /3 classes: 48 training/)

    // Another archive, whose weights a test of the command states.
    const five = { name: 'photos.zip', mimeType: 'application/zip', buffer: Buffer.from(await photosZip()) }
    await page.locator('#pictures-archive').setInputFiles(five)
    await loaded(page, /5 classes: 64 training and 16 test pictures/)
    await start(page, { epochs: 1 })
    expect(await fingerprint(page)).toBe(photosSha256)

    await dropFromDisk(page, [photos.folder])
    await loaded(page, /3 classes: 48 training/)
    expect(await findings.innerText()).toMatch(/1 hidden or system file is skipped/)
    await start(page, { epochs: 2 })
    expect(await fingerprint(page)).toBe(expected)
    expect(one.complaints).toEqual([])
    expect(one.strangers).toEqual([])
  })

  test('are added to named classes, by files and by holding the webcam’s button, by pointer and by key', async () => {
    await using one = await visit(served.url, {
      permissions: ['camera'],
      viewport: { width: 390, height: 844 },
    })
    const { page } = one
    await choose(page)
    const first = page.getByRole('group', { name: 'Class 1' })
    await first.getByRole('textbox', { name: 'Name of the class' }).fill('stripes')
    await first.locator('input[type=file]').setInputFiles(photos.of('stripes').slice(0, 12))
    await drop(first, photos.of('stripes').slice(12))
    await first.getByText('20 pictures').waitFor()
    expect(await page.locator('#drop').isVisible()).toBe(false)
    // Elsewhere no class is meant.
    await drop(page.locator('#try'), photos.of('disc').slice(0, 2))
    await page.locator('#notice', { hasText: 'drop them on a class' }).waitFor()
    expect(await button(page, 'Use these pictures').isDisabled()).toBe(true)

    const second = page.getByRole('group', { name: 'Class 2' })
    await second.getByRole('button', { name: 'Webcam' }).click()
    const record = second.getByRole('button', { name: 'Hold to record' })
    await record.waitFor()
    expect(await violations(page)).toEqual([])
    const recorded = async () => Number.parseInt(await second.getByRole('status').innerText(), 10)
    await record.hover()
    await page.mouse.down()
    await expect.poll(recorded, { timeout: 30_000 }).toBeGreaterThan(4)
    await page.mouse.up()
    // A hidden tab records nothing, whatever is held.
    await page.mouse.down()
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
      Reflect.deleteProperty(document, 'hidden')
    })
    await record.and(page.locator(':not(.recording)')).waitFor()
    await page.mouse.up()
    const byPointer = await recorded()
    await record.focus()
    await page.keyboard.down('Space')
    await expect.poll(recorded, { timeout: 30_000 }).toBeGreaterThan(byPointer + 4)
    await page.keyboard.up('Space')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBe(390)

    await button(page, 'Use these pictures').click()
    await loaded(page, /2 classes/)
    await page.getByRole('textbox', { name: 'Size in pixels' }).fill('32')
    await start(page, { epochs: 2 })
    await fingerprint(page)
    await button(page, 'Webcam').last().click()
    await page.locator('#try-answer', { hasText: /^(Class 2|stripes), / }).waitFor()
    await page.locator('#live[aria-pressed=true]').click()
    expect(one.complaints).toEqual([])
  })

  test('with long names widen no card, and stay as they are during a run', async () => {
    await using one = await visit(served.url)
    const { page } = one
    await choose(page)
    const names = ['disc', 'square'].map((name) => `${name}-${'long'.repeat(23)}`)
    const files = await Promise.all(
      photos.of('disc').map(async (path, i) => ({
        name: `${'picture'.repeat(28)}${i}.png`,
        mimeType: 'image/png',
        buffer: (await readFile(path)).subarray(0, i === 0 ? 60 : undefined),
      })),
    )
    for (const [i, name] of names.entries()) {
      const card = page.getByRole('group', { name: `Class ${i + 1}` })
      await card.locator('input[type=file]').setInputFiles(i === 0 ? files : files.slice(5, 12))
      await card.getByRole('textbox').fill(name)
    }
    await button(page, 'Use these pictures').click()
    await loaded(page, /2 classes/)
    // The page shows the chosen data before a run starts.
    expect(await page.locator('#bars li').count()).toBe(2)
    await page.locator('.findings details').evaluateAll((all) => {
      for (const details of all) (details as HTMLDetailsElement).open = true
    })
    expect(await tooWide(page)).toEqual([])

    await start(page, endless)
    await epochsDone(page, 1)
    expect(await page.locator('#pictures-panel button:enabled').count()).toBe(0)
    expect(await page.locator('#pictures-panel input:enabled').count()).toBe(0)
    await button(page, 'Stop').click()
    await fingerprint(page)
    await filled(page)
    await page.locator('#try-answer', { hasText: '%' }).waitFor()
    expect(await page.locator('#pictures-panel input:enabled').count()).toBeGreaterThan(0)
    expect(await tooWide(page)).toEqual([])
    // The curve of the loss leaves the smallest range of its axis, which grows to contain it.
    const { points, ticks } = await trainingCurve(page, 'loss')
    const values = points.map(([, value]) => value)
    expect(Math.max(...values)).toBeGreaterThan(1)
    expect(Math.max(...values)).toBeLessThan(Math.max(...ticks) + 0.01)
    expect(Math.min(...values)).toBeGreaterThan(Math.min(...ticks) - 0.01)
    await page.locator('#section-confusion td button').first().click()
    expect(await tooWide(page)).toEqual([])
    expect(one.complaints).toEqual([])
  })

  test('of Parquet files train to the weights of the command', async () => {
    const folder = fileURLToPath(
      new URL('../../../packages/dataset/test/fixtures/parquet/data', import.meta.url),
    )
    const recipe = { model: 'wide-and-deep', data: { name: folder, size: 64 }, training: { epochs: 1 } }
    const { run } = await runRecipe(recipe, { reports: [] })
    await using one = await visit(served.url)
    const { page } = one
    await choose(page)
    // Of several sets the settings choose one: the files need not be chosen again.
    const [part, words] = await Promise.all(
      ['data/train-00000-of-00002.parquet', 'words.parquet'].map((name) =>
        readFile(join(folder, '..', name)),
      ),
    )
    await page.locator('#pictures-archive').setInputFiles([
      { name: 'one-train.parquet', mimeType: '', buffer: part as Buffer },
      { name: 'words-train.parquet', mimeType: '', buffer: words as Buffer },
    ])
    await problem(page, /several sets .* "one-", "words-"/)
    await page.locator('summary', { hasText: 'More settings' }).click()
    await page.locator('summary', { hasText: /^Data$/ }).click()
    const prefix = page.getByRole('textbox', { name: /prefix/i })
    await prefix.fill('words-')
    await start(page, { epochs: 1 })
    await fingerprint(page)
    expect(await page.locator('#pictures-note').innerText()).toMatch(/^2 classes/)
    await prefix.fill('')
    const names = await readdir(folder)
    await page.locator('#pictures-archive').setInputFiles(names.map((name) => join(folder, name)))
    await loaded(page, /3 classes: 12 training and 2 test pictures/)
    await start(page, { epochs: 1 })
    expect(await fingerprint(page)).toBe(run.record.weightsSha256)
    expect(await violations(page)).toEqual([])
    expect(await tooWide(page)).toEqual([])
    expect([one.complaints, one.strangers]).toEqual([[], []])
  })

  test('that cannot be used are an error that says why, and the previous data stay', async () => {
    await using one = await visit(served.url)
    const { page } = one
    await choose(page)
    const picture = { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no picture') }
    for (const name of ['Class 1', 'Class 2'])
      await page.getByRole('group', { name }).locator('input[type=file]').setInputFiles([picture, picture])
    await button(page, 'Use these pictures').click()
    await problem(page, /./)

    await page.locator('#pictures-archive').setInputFiles({
      name: 'a.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from('PK\x03\x04 no archive'),
    })
    await problem(page, /a\.zip/)
    await drop(page.locator('body'), [photos.packed])
    await problem(page, /format is xz, and only zip, tar and tar\.gz/)

    await page.getByRole('radio', { name: /^Sample/ }).check()
    await choose(page)
    await page.getByRole('group', { name: 'Class 1' }).getByRole('button', { name: 'Webcam' }).click()
    await problem(page, /may not use the webcam/)
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException('none', 'NotFoundError')
      }
    })
    await page.getByRole('group', { name: 'Class 1' }).getByRole('button', { name: 'Webcam' }).click()
    await problem(page, /No webcam was found/)
    await button(page, 'Start training').click()
    await problem(page, /There are no pictures yet/)

    await page.locator('#pictures-archive').setInputFiles(photos.oneClass)
    await problem(page, /only the class disc/)
    await start(page, { epochs: 1 })
    await problem(page, /only the class disc/)
    await page.getByRole('radio', { name: /^Sample/ }).check()
    await start(page, { epochs: 1 })
    await fingerprint(page)
    expect(one.complaints).toEqual([])
  })
})
