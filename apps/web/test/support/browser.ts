import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core'
import { afterAll, describe, vi } from 'vitest'
import { findChromium, launchOptions, needsChromium } from '../../../../test/support/chromium.ts'

const executable = findChromium()

// A page that trains, on a machine that does other things besides.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

/** `describe` where there is a Chromium; elsewhere the tests are listed as skipped. */
export const describeInChromium = executable
  ? describe
  : (name: string, tests: () => void) => describe.skip(`${name} (${needsChromium})`, tests)

let browser: Promise<Browser> | undefined

/** The one browser of this test file. */
function launched(): Promise<Browser> {
  const options = executable === undefined ? { args: [] } : launchOptions(executable)
  // A drawn picture that moves, for pages that may use the camera.
  const args = [...options.args, '--use-fake-device-for-media-stream']
  browser ??= chromium.launch({ ...options, args })
  return browser
}

afterAll(async () => (await browser)?.close())

export interface Visit extends AsyncDisposable {
  readonly page: Page
  /** What the page complained about: errors in the console, exceptions, broken policies. */
  readonly complaints: string[]
  /** Addresses outside the page's own server that it asked for. */
  readonly strangers: string[]
}

/** Opens a page of its own, with storage of its own, and waits until it is ready. */
export async function visit(url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await (await launched()).newContext({ acceptDownloads: true, ...options })
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  const complaints: string[] = []
  const strangers: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  const { origin } = new URL(url)
  context.on('request', (request) => {
    const address = new URL(request.url())
    if (/^https?:$/.test(address.protocol) && address.origin !== origin) strangers.push(address.href)
  })
  await page.goto(url)
  await ready(page)
  return { page, complaints, strangers, [Symbol.asyncDispose]: () => context.close() }
}

/** The page has brought back what it kept and takes orders. */
export async function ready(page: Page): Promise<void> {
  await page.locator('body[data-ready]').waitFor({ state: 'attached' })
}

export interface Wish {
  readonly epochs?: number
  readonly batchSize?: number
  readonly seed?: number
  readonly threads?: 'auto' | number
  readonly executor?: string
}

/** Fills the form. */
export async function fillIn(
  page: Page,
  { epochs = 2, batchSize = 32, seed = 1, threads = 'auto', executor = 'auto' }: Wish = {},
): Promise<void> {
  await page.getByRole('textbox', { name: 'Epochs', exact: true }).fill(String(epochs))
  await page.getByRole('textbox', { name: 'Batch size', exact: true }).fill(String(batchSize))
  await page.getByRole('textbox', { name: 'Seed', exact: true }).fill(String(seed))
  await page.getByRole('combobox', { name: 'Threads', exact: true }).selectOption(String(threads))
  await page.getByRole('combobox', { name: 'Executor', exact: true }).selectOption(executor)
}

/** Fills the form and presses Start. */
export async function start(page: Page, wish: Wish = {}): Promise<void> {
  await fillIn(page, wish)
  await page.getByRole('button', { name: 'Start training' }).click()
}

/** A run that is still going whenever a test comes to it, however fast the machine: it ends by being stopped. */
export const endless = { epochs: 1000, executor: 'eager' } as const

/** Waits until so many epochs are done, and maybe more: nobody knows when a look or a click falls. */
export async function epochsDone(page: Page, epochs: number): Promise<void> {
  await page.waitForFunction(
    (done) => Number.parseInt(document.querySelector('#fact-epoch')?.textContent ?? '', 10) > done,
    epochs,
  )
}

/** Where a run stands that was paused or stopped. */
export interface Place {
  readonly words: string
  readonly epochs: number
  /** In the epoch that comes then. */
  readonly steps: number
}

/** Waits until a run is paused, or stopped; returns where. */
export async function placeOf(page: Page, state: 'Paused' | 'Stopped'): Promise<Place> {
  const status = page.locator('#status', { hasText: new RegExp(`^${state} after`) })
  await status.waitFor()
  const words = await status.innerText()
  const [, epochs, steps = 0] = / after (\d+) of [\d,]+ epochs?(?: and (\d+) steps?)?\./.exec(words) ?? []
  return { words, epochs: Number(epochs), steps: Number(steps) }
}

/** Waits for a run's end; returns the fingerprint of its weights. */
export async function fingerprint(page: Page): Promise<string> {
  const place = page.locator('#fingerprint', { hasText: /^[0-9a-f]{64}$/ })
  await place.waitFor()
  return (await place.textContent()) ?? ''
}

/** Waits until everything is there to look at, which comes bit by bit after a run's end. */
export const filled = (page: Page): Promise<void> => page.locator('#look [data-filled]').first().waitFor()

/** What the page says it runs on. */
export const runsOn = (page: Page): Promise<string> => page.locator('#runs-on-text').innerText()

/** The figure of test images told rightly, 0 to 100. */
export const accuracy = async (page: Page): Promise<number> =>
  Number.parseFloat(await page.locator('#accuracy').innerText())

/** The training curve of a chart, in the units of its axes, with the values that its axis names. */
export function trainingCurve(page: Page, name: 'accuracy' | 'loss') {
  return page.locator(`#chart-${name} svg`).evaluate((root) => {
    const labels = (anchor: string) =>
      [...root.querySelectorAll(`text[text-anchor=${anchor}]`)]
        .map((label) => ({
          value: Number.parseFloat(label.textContent ?? '') / (label.textContent?.includes('%') ? 100 : 1),
          x: Number(label.getAttribute('x')),
          y: Number(label.getAttribute('y')) - 4,
        }))
        .filter(({ value }) => Number.isFinite(value))
    const [across, up] = [labels('middle'), labels('end')]
    const scale = (marks: typeof up, axis: 'x' | 'y') => {
      const [from, to] = [marks[0], marks.at(-1)]
      if (!from || !to) throw new Error('the axis has no labels')
      return (at: number) =>
        from.value + ((at - from[axis]) / (to[axis] - from[axis])) * (to.value - from.value)
    }
    const [toEpoch, toValue] = [scale(across, 'x'), scale(up, 'y')]
    const path = root.querySelector('.training[d*=L]')?.getAttribute('d') ?? ''
    const points = path
      .slice(1)
      .split('L')
      .map((point) => point.split(' ').map(Number) as [number, number])
      .map(([x, y]) => [toEpoch(x), toValue(y)] as const)
    return { points, ticks: up.map(({ value }) => value) }
  })
}
