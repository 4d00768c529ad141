/** How the page stands to threads, and why. */
export type Isolation = 'isolated' | 'reloading' | 'insecure' | 'unsupported' | 'refused'

const RELOADED = 'treadle:isolated-by-service-worker'

/**
 * Sees to cross-origin isolation. Where the server sends the headers there is nothing to do; elsewhere a service
 * worker adds them, which takes effect with the one reload that this function then asks for.
 */
export async function ensureIsolation(): Promise<Isolation> {
  if (globalThis.crossOriginIsolated) return 'isolated'
  if (!globalThis.isSecureContext) return 'insecure'
  if (!('serviceWorker' in navigator)) return 'unsupported'
  try {
    await navigator.serviceWorker.register(new URL('service-worker.js', document.baseURI))
    await controlled()
  } catch {
    return 'refused'
  }
  // Only once: a page that is not isolated even so would reload for ever.
  if (sessionStorage.getItem(RELOADED)) return 'refused'
  sessionStorage.setItem(RELOADED, 'yes')
  location.reload()
  return 'reloading'
}

/** Resolves when the service worker answers this page's requests; rejects if it does not get so far. */
function controlled(): Promise<void> {
  if (navigator.serviceWorker.controller) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the service worker did not start')), 3000)
    navigator.serviceWorker.addEventListener(
      'controllerchange',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}

/** Why there is one thread only and what to do about it, for people. */
export const isolationAdvice: Readonly<Record<Exclude<Isolation, 'isolated' | 'reloading'>, string>> = {
  insecure:
    'Browsers share memory between threads on secure pages only: open this page over HTTPS or from localhost.',
  unsupported:
    'This browser lets no service worker add the headers that threads need. Serve the page with “Cross-Origin-Opener-Policy: same-origin” and “Cross-Origin-Embedder-Policy: require-corp”, or leave private browsing.',
  refused:
    'The headers that threads need are missing and could not be added. Serve the page with “Cross-Origin-Opener-Policy: same-origin” and “Cross-Origin-Embedder-Policy: require-corp”.',
}
