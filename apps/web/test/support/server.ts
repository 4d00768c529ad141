import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { preview } from 'vite'

export const built = fileURLToPath(new URL('../../dist/', import.meta.url))

export interface Served extends AsyncDisposable {
  readonly url: string
}

/** The built page as `vite preview` serves it: with the headers. */
export async function servePreview(): Promise<Served> {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const server = await preview({
    root,
    logLevel: 'error',
    preview: { port: 0, host: '127.0.0.1', open: false },
  })
  const { port } = server.httpServer.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: () => server.close() }
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.gz': 'application/octet-stream',
}

/** The built page on a host that sends no header of its own and keeps it in a folder, as static hosts do. */
export async function serveStatic(): Promise<Served> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host')
    const name = pathname.replace(/^\/some\/folder\//, '').replace(/^$|\/$/, 'index.html')
    const path = normalize(join(built, name))
    const body = path.startsWith(built) ? await readFile(path).catch(() => undefined) : undefined
    if (!body) response.writeHead(404).end()
    else
      response
        .writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' })
        .end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/some/folder/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
