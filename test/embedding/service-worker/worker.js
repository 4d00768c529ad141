// A classic service worker. It fetches the model and the binaries from its server.
import { answer } from '../answer.js'

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url)
  if (pathname.startsWith('/classify/')) event.respondWith(respond(pathname.slice('/classify/'.length)))
})

async function respond(name) {
  try {
    const binaries = {
      kernels: '/kernels.wasm',
      simd: '/simd.wasm',
      jpeg: '/jpeg_decoder.wasm',
      webp: '/webp_dec.wasm',
    }
    return Response.json(await answer(`/${name}/model.json`, { binaries }))
  } catch (error) {
    return new Response(String(error), { status: 500 })
  }
}
