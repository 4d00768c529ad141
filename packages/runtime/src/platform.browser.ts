import { fetchBytes } from './fetch-bytes.ts'
import type { Platform } from './platform.ts'
import type { ThreadPort } from './tfjs-module.ts'

const isolated = globalThis.crossOriginIsolated

export const platform: Platform = {
  name: globalThis.navigator?.userAgent ?? 'unknown browser',
  isolated,
  obstacle: isolated
    ? undefined
    : {
        code: 'NOT_ISOLATED',
        message:
          'Threads are off: the page is not cross-origin isolated, so the browser does not allow shared memory. Serve it with the headers "Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp", over HTTPS or from localhost.',
      },
  cores: () => globalThis.navigator?.hardwareConcurrency || 1,
  // Keep the whole expression together: bundlers search for this pattern.
  openThread: () =>
    new Worker(new URL('../dist/wasm/worker.browser.js', import.meta.url), { type: 'module' }) as ThreadPort,
  pause: () => {},
  readBytes: fetchBytes,
}
