/** Whether the page may use threads, or why not. */
export type Isolation = 'isolated' | 'reloading' | 'insecure' | 'unsupported' | 'refused'

const RELOADED = 'treadle:isolated-by-service-worker'

/**
 * Makes the page cross-origin isolated. If the server does not send the headers, a service worker adds them. They take
 * effect after one reload, which this function starts.
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
  // Only once, or a page that cannot be isolated would reload forever.
  if (sessionStorage.getItem(RELOADED)) return 'refused'
  sessionStorage.setItem(RELOADED, 'yes')
  location.reload()
  return 'reloading'
}

/** Resolves when the service worker controls this page; rejects after 3 seconds. */
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

/** Why the page has only one thread, and what to do, as text for the user. */
export const isolationAdvice: Readonly<Record<Exclude<Isolation, 'isolated' | 'reloading'>, string>> = {
  insecure: 'Browsers allow threads on secure pages only. Open this page over HTTPS or from localhost.',
  unsupported:
    'Threads need two HTTP headers, and this browser does not allow a service worker to add them. Serve the page with “Cross-Origin-Opener-Policy: same-origin” and “Cross-Origin-Embedder-Policy: require-corp”, or leave private browsing.',
  refused:
    'Threads need two HTTP headers, which are missing and could not be added. Serve the page with “Cross-Origin-Opener-Policy: same-origin” and “Cross-Origin-Embedder-Policy: require-corp”.',
}
