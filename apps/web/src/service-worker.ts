import { fashionMnistInfo } from '@treadle/dataset'
import { contentSecurityPolicy, isolationHeaders } from './headers.ts'

/*
 * Adds the headers that make the page cross-origin isolated, for hosts that cannot send them. It changes nothing else
 * and stores nothing. It also adds the policy, because the one in the page does not apply to worker scripts.
 */

/** The used part of a service worker's scope. Its full types conflict with those of the page. */
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
  // A navigation rejects a response that was redirected, but not a new one with the same body.
  return new Response([204, 205, 304].includes(status) ? null : response.body, {
    status,
    statusText,
    headers,
  })
}
