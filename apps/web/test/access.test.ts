import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeInChromium,
  endless,
  epochsDone,
  filled,
  fingerprint,
  placeOf,
  start,
  visit,
} from './support/browser.ts'
import { type Served, servePreview } from './support/server.ts'
import { violations } from './support/violations.ts'

const desktop = { width: 1280, height: 800 }
const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}

describeInChromium('the page for everybody', () => {
  let served: Served
  beforeAll(async () => (served = await servePreview()))
  afterAll(async () => served?.[Symbol.asyncDispose]())

  test.each<[string, BrowserContextOptions]>([
    ['light', { viewport: desktop, colorScheme: 'light' }],
    ['dark', { viewport: desktop, colorScheme: 'dark' }],
    ['on a phone', phone],
  ])('has nothing that axe objects to, and nothing wider than the screen: %s', async (_, options) => {
    await using one = await visit(served.url, options)
    const { page } = one
    expect(await violations(page)).toEqual([])
    await page.locator('#model-files').setInputFiles({
      name: 'model.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{}'),
    })
    await page.locator('#notice').waitFor()
    expect(await violations(page)).toEqual([])
    await start(page, { epochs: 2 })
    await fingerprint(page)
    await filled(page)
    await page.locator('#try-answer', { hasText: '%' }).waitFor()
    expect(await violations(page)).toEqual([])
    const [wide, shown] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ])
    expect(wide).toBe(shown)
    await page.locator('#section-confusion td.miss button').first().click()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.locator('#runs-on').click()
    expect(await violations(page)).toEqual([])
  })

  test('follows the preferred colour scheme', async () => {
    await using one = await visit(served.url, { colorScheme: 'light' })
    const paper = () => one.page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await paper()
    await one.page.emulateMedia({ colorScheme: 'dark' })
    expect(await paper()).not.toBe(light)
  })

  test('works by keyboard alone: train, pause, continue, stop, open a cell, draw', async () => {
    await using one = await visit(served.url)
    const { page } = one
    const press = async (name: string | RegExp) => {
      await tabTo(page, name)
      await page.keyboard.press('Enter')
    }
    await tabTo(page, 'Epochs')
    await page.keyboard.press('Control+a')
    await page.keyboard.type(String(endless.epochs))
    await tabTo(page, 'Executor')
    await page.keyboard.type('eager')
    await press('Start training')
    // The keyboard's place goes from each button to the one that takes its turn.
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await epochsDone(page, 1)
    expect(await focused(page)).toBe('Pause')
    await page.keyboard.press('Enter')
    const { epochs } = await placeOf(page, 'Paused')
    expect(await focused(page)).toBe('Continue')
    await page.keyboard.press('Enter')
    await epochsDone(page, epochs + 1)
    expect(await focused(page)).toBe('Pause')
    await press('Stop')
    await fingerprint(page)
    expect(await focused(page)).toBe('Start training')

    await press(/ predicted as /)
    await page.locator('#cell-images canvas').first().waitFor()
    await page.keyboard.press('Escape')
    expect(await focused(page)).toMatch(/ predicted as /)

    await tabTo(page, /^Drawing surface/)
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await page.locator('#try-answer', { hasText: '%' }).waitFor()
    await tabTo(page, 'report.html')
  })
})

/** The accessible name, as far as it is needed here, of the element that has the keyboard. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const at = document.activeElement as HTMLElement
    const label = at.closest('label') ?? (at as HTMLInputElement).labels?.[0]
    return (at.getAttribute('aria-label') ?? (label ?? at).innerText).split('\n')[0]?.trim() ?? ''
  })
}

/** Presses Tab until the element of that name has the keyboard. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const met: string[] = []
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press('Tab')
    const at = await focused(page)
    if (typeof name === 'string' ? at === name : name.test(at)) return
    met.push(at)
  }
  throw new Error(`Tab never came to ${name}, but to ${[...new Set(met)].join(', ')}`)
}
