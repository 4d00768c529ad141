import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { preview } from 'vite'
import { describeMachine, writeResults } from './results.js'

const usage = `pnpm bench:page [options]: measures the load time and the responsiveness of the page

  --visits N       visits, each in a new browser (default 5)
  --model NAME     the network (default wide-and-deep)
  --epochs N       epochs of the run on the sample data (default 20; of another network, those of its recipe)
  --executor NAME  auto, compiled or eager (default auto)
  --profile        prints the main-thread time of each long task by function
  --chromium FILE  (default: CHROMIUM, else the system's)
  --write          adds the table to bench/RESULTS.md

A long task takes more than 50 ms on the main thread. The browser reports it.`

const { values } = parseArgs({
  options: {
    visits: { type: 'string', default: '5' },
    model: { type: 'string', default: 'wide-and-deep' },
    epochs: { type: 'string' },
    executor: { type: 'string', default: 'auto' },
    profile: { type: 'boolean', default: false },
    chromium: { type: 'string', default: process.env['CHROMIUM'] ?? systemChromium() },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** In the order of a visit. */
const phases = ['opening', 'training', 'showing the result', 'drawing']

if (values.help) {
  console.log(usage)
} else {
  await bench()
}

async function bench() {
  const server = await preview({
    root: fileURLToPath(new URL('../apps/web', import.meta.url)),
    logLevel: 'error',
    preview: { port: 0, host: 'localhost', open: false },
  })
  const browsers = {
    executablePath: values.chromium,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
  }
  console.log(describeMachine())
  const found = []
  try {
    for (let i = 1; i <= Number(values.visits); i++) {
      process.stderr.write(`\r\u001b[Kvisit ${i}/${values.visits}`)
      const browser = await chromium.launch(browsers)
      try {
        const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
        found.push({ ...(await visit(page, server.resolvedUrls.local[0])), version: browser.version() })
      } finally {
        await browser.close()
      }
    }
  } finally {
    process.stderr.write('\r\u001b[K')
    await server.close()
  }
  console.log(`\n${table(found)}`)
  if (values.write) writeResults([table(found)], new Map(), process.argv.slice(2), 'pnpm bench:page')
}

/** One visit: opens the page, trains, shows the result, draws. All times are in milliseconds. */
async function visit(page, url) {
  await page.addInitScript(watch)
  const profile = values.profile ? await startProfile(page) : undefined
  const begin = (phase) => page.evaluate((name) => globalThis.seen.begin(name), phase)
  await page.goto(url)
  await page.locator('body[data-ready]').waitFor({ state: 'attached' })
  await page.waitForTimeout(500)
  await page.evaluate(() => {
    for (const part of globalThis.document.querySelectorAll('#settings details')) part.open = true
  })
  await page.locator('[name="model.name"]').selectOption(values.model)
  const epochs = values.epochs ?? (values.model === 'wide-and-deep' ? '20' : undefined)
  if (epochs !== undefined) await page.getByRole('textbox', { name: 'Epochs', exact: true }).fill(epochs)
  await page.getByRole('combobox', { name: 'Executor' }).selectOption(values.executor)
  await begin('training')
  await page.getByRole('button', { name: 'Start training' }).click()
  // The injected script starts the next phase when the run ends.
  await page.locator('#look [data-filled]').first().waitFor({ timeout: 600_000 })
  await page.waitForTimeout(500)
  await begin('drawing')
  await draw(page)
  await page.waitForTimeout(500)
  const seen = await page.evaluate(() => globalThis.seen.all())
  await profile?.print(seen)
  return seen
}

/** Runs in the page before its scripts: records events and the phase of each. */
function watch() {
  const { performance, PerformanceObserver, MutationObserver, document } = globalThis
  const begun = [{ name: 'opening', at: 0 }]
  const tasks = []
  const moments = {}
  const note = (name, at = performance.now()) => (moments[name] ??= at)
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push({ startTime, duration })
  }).observe({ type: 'longtask', buffered: true })
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) note(name, startTime)
  }).observe({ type: 'paint', buffered: true })
  document.addEventListener(
    'click',
    ({ target, timeStamp }) => target.closest?.('#start') && note('click', timeStamp),
    true,
  )
  document.addEventListener('DOMContentLoaded', () => {
    new MutationObserver(() => note('ready')).observe(document.body, { attributeFilter: ['data-ready'] })
    new MutationObserver(() => note('progress')).observe(document.getElementById('fact-epoch'), {
      childList: true,
    })
    new MutationObserver(([{ target }]) => {
      if (!target.textContent.startsWith('Trained')) return
      note('trained')
      globalThis.seen.begin('showing the result')
    }).observe(document.getElementById('status'), { childList: true })
  })
  globalThis.seen = {
    begin: (name) => void begun.push({ name, at: performance.now() }),
    all: () => ({
      moments,
      begun,
      tasks: tasks.map((task) => ({
        ...task,
        // A task belongs to the phase in which it ends, since a click starts a phase in the middle of its own task.
        phase: begun.findLast(({ at }) => at <= task.startTime + task.duration).name,
      })),
    }),
  }
}

/** Strokes over the canvas, for about three seconds. */
async function draw(page) {
  await page.getByRole('button', { name: 'Clear' }).click()
  const { x, y, width, height } = await page.locator('#draw').boundingBox()
  for (let stroke = 0; stroke < 6; stroke++) {
    await page.mouse.move(x + width * (0.2 + stroke / 10), y + height * 0.1)
    await page.mouse.down()
    await page.mouse.move(x + width * (0.8 - stroke / 10), y + height * 0.9, { steps: 30 })
    await page.mouse.up()
  }
}

/** Profiles the main thread, to show the functions in long tasks. */
async function startProfile(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Profiler.enable')
  await session.send('Profiler.setSamplingInterval', { interval: 500 })
  await session.send('Profiler.start')
  const timeOrigin = async () => {
    // Reads the clocks of the profiler and of the page at the same time.
    const { metrics } = await session.send('Performance.getMetrics')
    const seconds = metrics.find(({ name }) => name === 'Timestamp').value
    return seconds * 1000 - (await page.evaluate(() => performance.now()))
  }
  await session.send('Performance.enable')
  return {
    async print({ tasks }) {
      const origin = await timeOrigin()
      const { profile } = await session.send('Profiler.stop')
      const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
      for (const { startTime, duration, phase } of tasks) {
        const spent = new Map()
        let at = profile.startTime / 1000
        profile.samples.forEach((node, i) => {
          const step = profile.timeDeltas[i] / 1000
          at += step
          if (at < origin + startTime || at > origin + startTime + duration) return
          spent.set(names.get(node), (spent.get(names.get(node)) ?? 0) + step)
        })
        const worst = [...spent].toSorted(([, a], [, b]) => b - a).slice(0, 12)
        console.log(`\n${phase}: ${duration.toFixed(0)} ms at ${startTime.toFixed(0)} ms`)
        for (const [name, milliseconds] of worst)
          console.log(`  ${milliseconds.toFixed(1).padStart(6)} ${name}`)
      }
    },
  }
}

function nameOf({ functionName, url, lineNumber, columnNumber }) {
  return `${functionName || '(anonymous)'} ${url.split('/').at(-1)}:${lineNumber + 1}:${columnNumber + 1}`
}

/** Markdown tables of the medians and ranges over the visits, and of the long tasks in each phase. */
function table(found) {
  const moment = (title, of) => {
    const figures = found.map(of).toSorted((a, b) => a - b)
    const middle = (figures[(figures.length - 1) >> 1] + figures[figures.length >> 1]) / 2
    return [title, ...[middle, figures[0], figures.at(-1)].map((value) => `${value.toFixed(0)} ms`)]
  }
  const moments = [
    moment('first contentful paint', ({ moments: seen }) => seen['first-contentful-paint']),
    moment('ready to train', ({ moments: seen }) => seen.ready),
    moment(
      'from the click on Start to the first progress',
      ({ moments: seen }) => seen.progress - seen.click,
    ),
    moment('from the click on Start to the tested network', ({ moments: seen }) => seen.trained - seen.click),
  ]
  const long = phases.map((phase) => {
    const all = found.flatMap(({ tasks }) => tasks.filter((task) => task.phase === phase))
    const longest = Math.max(...all.map(({ duration }) => duration))
    return [phase, all.length, all.length === 0 ? '–' : `${longest.toFixed(0)} ms`]
  })
  return [
    '### The page',
    '',
    `${found.length === 1 ? '1 visit' : `${found.length} visits, each`} in a new browser (Chromium ${found[0].version}, headless); a run of ${values.model} on the sample data, ${values.epochs === undefined ? 'with the epochs of its recipe (20 of wide-and-deep)' : `${values.epochs} epochs`}, executor ${values.executor}.`,
    '',
    row(['moment', 'median', 'minimum', 'maximum']),
    row(['---', '---:', '---:', '---:']),
    ...moments.map(row),
    '',
    row(['tasks over 50 ms while', 'in all visits', 'longest']),
    row(['---', '---:', '---:']),
    ...long.map(row),
  ].join('\n')
}

function row(cells) {
  return `| ${cells.join(' | ')} |`
}

function systemChromium() {
  return ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  )
}
