import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FrameworkApps, frameworkApps } from './support/framework-apps.ts'
import { versions } from './support/framework-versions.ts'
import { models } from './support/host-models.ts'
import { serveFolder } from './support/static-server.ts'

let apps: FrameworkApps

beforeAll(async () => {
  apps = await frameworkApps()
}, 300_000)

afterAll(() => apps?.close())

test.each(['Turbopack', 'webpack'])(
  'Next.js with %s: a route handler, a server action and a client component answer as Node does',
  async (bundler) => {
    const folder = await apps.create(`next-${bundler}`, 'next')
    await apps.run(folder, 'next/dist/bin/next', 'build', `--${bundler.toLowerCase()}`)
    await apps.serve(folder, 'next/dist/bin/next', ['start', '--port'], async (origin) => {
      for (const model of models)
        expect(await (await fetch(`${origin}/api/classify/${model}`)).json()).toEqual(apps.expected[model])
      expect(await apps.shown(origin)).toEqual({ client: apps.expected, action: apps.expected })
    })
  },
  300_000,
)

test.each(['vite-7', 'vite-8'])(
  '%s: a page answers as Node does, built and from the development server',
  async (vite) => {
    const folder = await apps.create(vite, 'vite')
    await apps.run(folder, `${vite}/bin/vite.js`, 'build')
    const server = await serveFolder(join(folder, 'dist'))
    try {
      expect(await apps.shown(`${server.origin}/index.html`)).toEqual(apps.expected)
    } finally {
      await server.close()
    }
    await apps.serve(folder, `${vite}/bin/vite.js`, ['--port'], async (origin) => {
      expect(await apps.shown(origin)).toEqual(apps.expected)
    })
  },
  300_000,
)

const file = (path: string) => readFile(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8')

describe('docs/embedding.md', async () => {
  const installed = async (name: string): Promise<[string, string]> => {
    const { version } = JSON.parse(await file(`node_modules/${name}/package.json`)) as { version: string }
    return [name, version]
  }
  const rows = [...(await file('docs/embedding.md')).matchAll(/^\| (.+?) +\| (.+?) +\|/gm)]
  const tested = [
    ...Object.entries(versions).filter(([name]) =>
      /^(next|vite-\d|@sveltejs\/kit|astro|rollup|parcel)$/.test(name),
    ),
    ...(await Promise.all(['esbuild', 'webpack', 'workerd'].map(installed))),
  ]

  test.each(tested)('names the tested version of %s, %s', (name, version) => {
    const host = { next: 'next.js', '@sveltejs/kit': 'sveltekit' }[name] ?? name.replace('-', ' ')
    const named = rows.filter(([, text = '']) => text.toLowerCase().startsWith(host))
    expect(named.length).toBeGreaterThan(0)
    expect(named.map(([, , cell]) => cell)).toEqual(named.map(() => version))
  })
})
