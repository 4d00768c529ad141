import { fashionMnistInfo } from '@treadle/dataset'
import { contentSecurityPolicy, isolationHeaders } from './headers.ts'

/*
 * Adds the headers that make the page cross-origin isolated, on hosts that cannot be told to send them. It changes
 * nothing else and keeps nothing. The policy is for the workers' scripts: what the page's own says does not reach them.
 */

/** What is used of a service worker's scope, whose types clash with the page's. */
interface ServiceWorkerScope {
  addEventListener(type: 'install', listener: () => void): void
  addEventListener(
    type: 'activate',
    listener: (event: { waitUntil(work: Promise<unknown>): void }) => void,
  ): void
  addEventListener(
    type: 'fetch',
    listener: (event: { request: Request; respondWith(response: Promise<Response>): void }) => void,
  ): void
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
  readonly location: Location
}

const scope = globalThis as unknown as ServiceWorkerScope

scope.addEventListener('install', () => void scope.skipWaiting())
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))
scope.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET' || new URL(request.url).origin !== scope.location.origin) return
  event.respondWith(isolated(request))
})

async function isolated(request: Request): Promise<Response> {
  const response = await fetch(request)
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(isolationHeaders)) headers.set(name, value)
  headers.set('Content-Security-Policy', contentSecurityPolicy(fashionMnistInfo.mirrors))
  const { status, statusText } = response
  // A redirect that was followed may not answer a navigation; as a new response it may.
  return new Response([204, 205, 304].includes(status) ? null : response.body, {
    status,
    statusText,
    headers,
  })
}
