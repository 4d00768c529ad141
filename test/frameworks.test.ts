import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FrameworkApps, frameworkApps } from './support/framework-apps.ts'
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
