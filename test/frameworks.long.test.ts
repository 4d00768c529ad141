import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FrameworkApps, frameworkApps } from './support/framework-apps.ts'
import { packageOf, versions } from './support/framework-versions.ts'
import { models } from './support/host-models.ts'
import { serveFolder } from './support/static-server.ts'

interface Description {
  readonly dependencies: Record<string, string>
}

let apps: FrameworkApps

beforeAll(async () => {
  apps = await frameworkApps()
})

afterAll(() => apps?.close())

async function expectPage(folder: string): Promise<void> {
  const server = await serveFolder(folder)
  try {
    expect(await apps.shown(`${server.origin}/index.html`)).toEqual(apps.expected)
  } finally {
    await server.close()
  }
}

/** The page and the server's route answer as Node does. */
async function expectSite(origin: string): Promise<void> {
  for (const model of models)
    expect(await (await fetch(`${origin}/api/classify/${model}`)).json()).toEqual(apps.expected[model])
  expect(await apps.shown(`${origin}/`)).toEqual(apps.expected)
}

test.each(['vite-5', 'vite-6'])('%s: built and from the development server', async (vite) => {
  const folder = await apps.create(vite, 'vite', packageOf(vite))
  await apps.run(folder, `${vite}/bin/vite.js`, 'build')
  await expectPage(join(folder, 'dist'))
  await apps.serve(folder, `${vite}/bin/vite.js`, ['--port'], async (origin) => {
    expect(await apps.shown(origin)).toEqual(apps.expected)
  })
})

test('Rollup: a page, with the binaries copied beside it', async () => {
  const plugins = ['@rollup/plugin-node-resolve', '@rollup/plugin-commonjs']
  const folder = await apps.create('rollup', 'rollup', ...['rollup', ...plugins].map(packageOf))
  await apps.run(folder, 'rollup/dist/bin/rollup', '--config')
  const dist = join(folder, 'dist')
  await cp(join(folder, 'index.html'), join(dist, 'index.html'))
  for (const model of models) await cp(join(folder, 'public', model), join(dist, model), { recursive: true })
  await mkdir(join(dist, 'dist'), { recursive: true })
  for (const name of ['image', 'kernels', 'runtime'])
    await cp(join(folder, '../../node_modules/@treadle', name, 'dist'), join(dist, 'dist'), {
      recursive: true,
    })
  await expectPage(dist)
})

test('Parcel: a page', async () => {
  // The polyfills must lie beside the packages that use them.
  const polyfilled = [...apps.packed, ...['core', 'layers'].map((name) => `@tensorflow/tfjs-${name}@4.22.0`)]
  const tools = ['parcel', 'process', 'buffer'].map(packageOf)
  const folder = await apps.create('parcel', 'parcel', ...tools, ...polyfilled)
  await apps.run(folder, 'parcel/lib/bin.js', 'build', 'index.html', '--dist-dir', 'dist')
  for (const model of models)
    await cp(join(folder, 'public', model), join(folder, 'dist', model), { recursive: true })
  await expectPage(join(folder, 'dist'))
})

test('SvelteKit: a route of the server and a page', async () => {
  const packages = [
    '@sveltejs/kit',
    '@sveltejs/adapter-node',
    '@sveltejs/vite-plugin-svelte',
    'svelte',
    'node',
  ]
  const folder = await apps.create(
    'sveltekit',
    'sveltekit',
    ...packages.map(packageOf),
    `vite@${versions['vite-8']}`,
  )
  // The adapter leaves out of its bundle what package.json names: a user's names the package.
  const description = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Description
  description.dependencies['@treadle/model'] = '*'
  await writeFile(join(folder, 'package.json'), JSON.stringify(description))
  await apps.run(folder, 'vite/bin/vite.js', 'build')
  await apps.serve(folder, '../build/index.js', [], expectSite)
  await apps.serve(folder, 'vite/bin/vite.js', ['dev', '--port'], expectSite)
})

test('Astro: a route of the server and a page', async () => {
  const folder = await apps.create('astro', 'astro', ...['astro', '@astrojs/node', 'node'].map(packageOf))
  await apps.run(folder, 'astro/bin/astro.mjs', 'build')
  await apps.serve(folder, 'astro/bin/astro.mjs', ['preview', '--port'], expectSite)
  await apps.serve(folder, 'astro/bin/astro.mjs', ['dev', '--port'], expectSite)
})
