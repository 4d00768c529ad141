import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core'
import { afterAll, describe, vi } from 'vitest'

const executable = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))

if (!executable && process.env['CI']) {
  throw new Error('The page is tested in Chromium, and there is none. Install it, or name it in CHROMIUM.')
}

// A page that trains, on a machine that does other things besides.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** `describe` where there is a Chromium; elsewhere the tests are listed as skipped. */
export const describeInChromium = executable
  ? describe
  : (name: string, tests: () => void) => describe.skip(`${name} (needs Chromium; name it in CHROMIUM)`, tests)

let browser: Promise<Browser> | undefined

/** The one browser of this test file. */
function launched(): Promise<Browser> {
  browser ??= chromium.launch({
    ...(executable !== undefined && { executablePath: executable }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-sync',
      '--no-first-run',
    ],
  })
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
  context.setDefaultTimeout(60_000)
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
  readonly seed?: number
  readonly threads?: 'auto' | number
  readonly executor?: string
}

/** Fills the form and presses Start. */
export async function start(
  page: Page,
  { epochs = 2, seed = 1, threads = 'auto', executor = 'auto' }: Wish = {},
) {
  await page.getByRole('textbox', { name: 'Epochs' }).fill(String(epochs))
  await page.getByRole('textbox', { name: 'Seed' }).fill(String(seed))
  await page.getByRole('combobox', { name: 'Threads' }).selectOption(String(threads))
  await page.getByRole('combobox', { name: 'Executor' }).selectOption(executor)
  await page.getByRole('button', { name: 'Start training' }).click()
}

/** Waits for a run's end; returns the fingerprint of its weights. */
export async function fingerprint(page: Page): Promise<string> {
  const place = page.locator('#fingerprint', { hasText: /^[0-9a-f]{64}$/ })
  await place.waitFor()
  return (await place.textContent()) ?? ''
}

/** What the page says it runs on. */
export const runsOn = (page: Page): Promise<string> => page.locator('#runs-on-text').innerText()

/** The figure of test images told rightly, 0 to 100. */
export const accuracy = async (page: Page): Promise<number> =>
  Number.parseFloat(await page.locator('#accuracy').innerText())
