import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, launchOptions, needsChromium } from './support/chromium.ts'
import { type PackedProject, packedProject } from './support/packed-project.ts'
import { isolation, serveFolder } from './support/static-server.ts'

const sources = fileURLToPath(new URL('bundlers/', import.meta.url))
const tool = (name: string): string => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url))

/** What the app prints of one step on one executor. */
interface Step {
  readonly executor: string
  readonly threads: number
  readonly loss: number
}

/** Copies the page, with the script it loads named anew: the work of a person or an HTML plugin. */
async function pointTo(script: string, from: string, to: string): Promise<void> {
  const page = await readFile(join(from, 'index.html'), 'utf8')
  await writeFile(join(to, 'index.html'), page.replace('app.js', script))
}

const executable = findChromium()

describe.skipIf(executable === undefined)(
  `an app of the packed packages, in Chromium${executable ? '' : ` (skipped: ${needsChromium})`}`,
  () => {
    let project: PackedProject
    let browser: Browser
    /** What the app prints in Node, where nothing is bundled. */
    let expected: Step[]

    /** A folder of the project that holds the app's two files, as its author has them. */
    async function author(name: string): Promise<string> {
      const folder = join(project.folder, name)
      await mkdir(folder)
      for (const file of ['app.js', 'index.html']) await cp(join(sources, file), join(folder, file))
      return folder
    }

    /** Each way of building: writes a folder that any server can serve, and says what part of it is the page. */
    const builds: Record<string, () => Promise<{ folder: string; page?: string }>> = {
      async Vite() {
        const cwd = await author('vite')
        await project.run(tool('vite'), ['build'], { cwd })
        return { folder: join(cwd, 'dist') }
      },
      async esbuild() {
        const cwd = await author('esbuild')
        const out = join(cwd, 'public')
        await project.run(tool('esbuild'), ['app.js', '--bundle', '--format=esm', '--outdir=public/assets'], {
          cwd,
        })
        // The line of @treadle/runtime's README.
        for (const name of ['runtime', 'kernels']) {
          await cp(join(project.folder, 'node_modules/@treadle', name, 'dist'), join(out, 'dist'), {
            recursive: true,
          })
        }
        await pointTo('assets/app.js', cwd, out)
        return { folder: out }
      },
      async 'webpack 5'() {
        const cwd = await author('webpack')
        await project.run(tool('webpack'), ['./app.js', '--mode', 'production'], { cwd })
        await pointTo('main.js', cwd, join(cwd, 'dist'))
        return { folder: join(cwd, 'dist') }
      },
      async 'webpack 5 with `outputModule`'() {
        const cwd = await author('webpack-module')
        await cp(join(sources, 'webpack.config.js'), join(cwd, 'webpack.config.js'))
        await project.run(tool('webpack'), ['./app.js', '--mode', 'development'], { cwd })
        await pointTo('main.mjs', cwd, join(cwd, 'dist'))
        return { folder: join(cwd, 'dist') }
      },
      async 'an import map and no bundler'() {
        await cp(join(sources, 'app.js'), join(project.folder, 'app.js'))
        await cp(join(sources, 'import-map.html'), join(project.folder, 'import-map.html'))
        return { folder: project.folder, page: 'import-map.html' }
      },
    }

    /** Opens the page and waits until the app has printed both its steps, or failed. */
    async function open(folder: string, page: string, headers: Record<string, string>): Promise<Step[]> {
      const server = await serveFolder(folder, headers)
      const context = await browser.newContext()
      try {
        const tab = await context.newPage()
        return await new Promise<Step[]>((resolve, reject) => {
          const steps: Step[] = []
          tab.on('pageerror', reject)
          tab.on('crash', () => reject(new Error('the page crashed')))
          tab.on('console', (message) => {
            // A file that is not found is an error in the console and nowhere else.
            if (message.type() === 'error') reject(new Error(`${message.text()} (${message.location().url})`))
            if (message.type() !== 'log') return
            steps.push(JSON.parse(message.text()) as Step)
            if (steps.length === 2) resolve(steps)
          })
          tab.goto(`${server.origin}/${page}`).catch(reject)
        })
      } finally {
        await context.close()
        await server.close()
      }
    }

    beforeAll(async () => {
      project = await packedProject()
      browser = await chromium.launch(launchOptions(executable as string))
      await cp(join(sources, 'app.js'), join(project.folder, 'app.js'))
      const { stdout } = await project.run(process.execPath, ['app.js'])
      expected = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Step)
      expect(expected.map(({ executor, threads }) => [executor, threads])).toEqual([
        ['compiled', 2],
        ['eager', 2],
      ])
    }, 300_000)

    afterAll(async () => {
      await browser?.close()
    })

    test.each(Object.entries(builds))(
      '%s: the same loss as in Node, on two threads where isolated and on one elsewhere',
      async (_, build) => {
        const { folder, page = 'index.html' } = await build()
        expect(await open(folder, page, isolation)).toEqual(expected)
        expect(await open(folder, page, {})).toEqual(expected.map((step) => ({ ...step, threads: 1 })))
      },
      300_000,
    )
  },
)
