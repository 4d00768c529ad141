import type { Page } from 'playwright-core'
import { type HttpServer, createServer } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileURLToPath } from 'node:url'
import type { AddressInfo } from 'node:net'
import { accuracy, describeInChromium, fingerprint, runsOn, start, visit } from './support/browser.ts'
import { type Served, servePreview, serveStatic } from './support/server.ts'

const isolated = () => globalThis.crossOriginIsolated
const workers = (page: Page) =>
  page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)

describeInChromium('threads', () => {
  let preview: Served
  let folder: Served
  beforeAll(async () => {
    ;[preview, folder] = await Promise.all([servePreview(), serveStatic()])
  })
  afterAll(() => Promise.all([preview, folder].map((served) => served?.[Symbol.asyncDispose]())))

  test('work where the server sends the headers, without a service worker', async () => {
    await using one = await visit(preview.url)
    expect(await one.page.evaluate(isolated)).toBe(true)
    expect(await workers(one.page)).toBe(0)
    const { headers } = await fetch(preview.url)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*; frame-ancestors 'none'$/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  test('work in the development server', async () => {
    const root = fileURLToPath(new URL('..', import.meta.url))
    const server = await createServer({
      root,
      logLevel: 'error',
      server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    })
    await server.listen()
    try {
      const { port } = (server.httpServer as HttpServer).address() as AddressInfo
      await using one = await visit(`http://127.0.0.1:${port}/`)
      expect(await one.page.evaluate(isolated)).toBe(true)
      await start(one.page, { epochs: 1, threads: 2 })
      await fingerprint(one.page)
      expect(await runsOn(one.page)).toContain('2 threads')
    } finally {
      await server.close()
    }
  })

  test('work on a static host, where the service worker adds the headers', async () => {
    await using one = await visit(folder.url)
    await one.page.waitForFunction(isolated)
    expect(await workers(one.page)).toBe(1)
    await start(one.page, { epochs: 1, threads: 2 })
    await fingerprint(one.page)
    expect(await runsOn(one.page)).toMatch(/^SIMD · 2 threads · .* · isolated$/)
    expect(one.complaints).toEqual([])
    // The policy reaches the workers too, whose own responses carry it.
    const policy = await one.page.evaluate(async () => {
      const script = performance.getEntriesByType('resource').find(({ name }) => name.includes('worker'))
      return (await fetch(script?.name ?? '')).headers.get('content-security-policy')
    })
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'")
  })

  test('are off if both are missing, and the page says so', async () => {
    await using one = await visit(folder.url, { serviceWorkers: 'block' })
    expect(await one.page.evaluate(isolated)).toBe(false)
    await start(one.page, { epochs: 1, threads: 2 })
    await fingerprint(one.page)
    expect(await runsOn(one.page)).toMatch(/^SIMD · 1 thread · .* · not isolated$/)
    expect(await accuracy(one.page)).toBeGreaterThan(50)
    await one.page.locator('#runs-on').click()
    await one.page.getByText('Cross-Origin-Opener-Policy: same-origin').waitFor()
  })
})
