import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { globSync } from 'tinyglobby'
import { fashionMnistInfo } from '@treadle/dataset'
import { expect, test } from 'vitest'
import { built } from './support/server.ts'

const read = (name: string) => readFile(`${built}${name}`)

test('all of the page’s JavaScript, workers included, is at most 400 kB gzipped', async () => {
  const scripts = globSync('**/*.js', { cwd: built })
  const sizes = await Promise.all(scripts.map(async (name) => gzipSync(await read(name)).length))
  expect(scripts).toContain('service-worker.js')
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(400_000)
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
    'connect-src': ["'self'", ...fashionMnistInfo.mirrors],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  })
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
})

test('the service worker is one classic script', async () => {
  expect((await read('service-worker.js')).toString()).not.toMatch(/\b(import|export)\b/)
})
