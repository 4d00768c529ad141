import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { globSync } from 'tinyglobby'
import { fashionMnistInfo } from '@treadle/dataset'
import { expect, test } from 'vitest'
import { built } from './support/server.ts'

const read = (name: string) => readFile(`${built}${name}`)

/** Gzipped bytes of the files together. */
async function weigh(names: readonly string[]): Promise<number> {
  const sizes = await Promise.all(names.map(async (name) => gzipSync(await read(name)).length))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Each of these loads with the first file of its format. */
const decoder = /^assets\/(png|jpeg|webp|gif|bmp)-/
/** The readers of archives and files, and of objects that show an image, which load with the first of them. */
const reader = /^assets\/(zip|tar|sources|load-images|decoded-set|drawable)-/
/** The worker that decodes, in one file with all decoders. It loads with many pictures or a large one. */
const decodingWorker = /^assets\/decoding-worker\./

/** The scripts whose name matches, and what they import without waiting for a call. */
async function loadedWith(entry: RegExp): Promise<string[]> {
  const found = new Set(globSync('assets/*.js', { cwd: built }).filter((name) => entry.test(name)))
  expect(found.size).toBe(1)
  // A set also visits what is added meanwhile.
  for (const name of found) {
    const text = (await read(name)).toString()
    for (const [, file] of text.matchAll(/(?:import|from) ?["']\.\/([\w.-]+\.js)["']/g))
      found.add(`assets/${file}`)
  }
  return [...found]
}

test('the JavaScript that the page loads is at most 37.5 kB gzipped, and that of the worker that trains 345.4 kB; all parts together are at most 747 kB', async () => {
  expect(await weigh(await loadedWith(/^assets\/index-/))).toBeLessThan(37_500)
  const worker = await loadedWith(/^assets\/worker-/)
  // TensorFlow.js is among it: imports are found.
  expect(worker.length).toBeGreaterThan(20)
  expect(await weigh(worker)).toBeLessThan(345_400)
  const scripts = globSync('**/*.js', { cwd: built })
  expect(scripts).toContain('service-worker.js')
  expect(await weigh(scripts)).toBeLessThan(747_000)
})

test('the image decoders have at most 17 kB of JavaScript, the decoding worker 27 kB, and 92 kB of WebAssembly, the readers of files 55 kB, gzipped', async () => {
  const decoders = globSync('assets/*.js', { cwd: built }).filter((name) => decoder.test(name))
  expect(decoders).toHaveLength(5)
  expect(await weigh(decoders)).toBeLessThan(17_000)
  const workers = globSync('assets/*.js', { cwd: built }).filter((name) => decodingWorker.test(name))
  expect(workers).toHaveLength(1)
  expect(await weigh(workers)).toBeLessThan(27_000)
  expect(
    await weigh(globSync('assets/*.js', { cwd: built }).filter((name) => reader.test(name))),
  ).toBeLessThan(55_000)
  expect(await weigh(globSync('assets/read-parquet-*.js', { cwd: built }))).toBeLessThan(110_000)
  const zstandard = globSync('assets/zstddec-*.js', { cwd: built })
  expect(zstandard).toHaveLength(1)
  expect(await weigh(zstandard)).toBeLessThan(30_000)
  const binaries = globSync('assets/*_dec{,oder}-*.wasm', { cwd: built })
  expect(binaries).toHaveLength(2)
  expect(await weigh(binaries)).toBeLessThan(92_000)
})

test('the licence notices of its modules are in one file, once each', async () => {
  const notices = (await read('licences.txt')).toString().split('\n\n')
  expect(notices.length).toBeGreaterThan(10)
  expect(new Set(notices).size).toBe(notices.length)
  for (const text of notices) expect(text).toMatch(/^\/\*\*\n ?\* @license\n[^]*Copyright[^]*\*\/\n?$/)
})

test('the page contains its security policy, and nothing inline that the policy forbids', async () => {
  const html = (await read('index.html')).toString()
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? []
  const directives = new Map(
    policy
      .replaceAll('&#39;', "'")
      .split('; ')
      .map((directive) => {
        const [name = '', ...values] = directive.split(' ')
        return [name, values]
      }),
  )
  expect(Object.fromEntries(directives)).toEqual({
    'default-src': ["'none'"],
    'script-src': ["'self'", "'wasm-unsafe-eval'"],
    'worker-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'"],
    'connect-src': ["'self'", 'data:', ...fashionMnistInfo.mirrors],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  })
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
})

test('the service worker is one classic script', async () => {
  expect((await read('service-worker.js')).toString()).not.toMatch(/\b(import|export)\b/)
})
