import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fullFashionMnist } from './real-data.ts'
import { type Handler, type TestServer, sendFile, serve } from './server.ts'

/** A mirror of the full set on this machine; `instead` may answer for one file itself. */
export function serveFashionMnist(instead: Record<string, Handler> = {}): Promise<TestServer> {
  return serve((request, response) => {
    const name = basename(request.url ?? '')
    const handler = instead[name] ?? (async () => sendFile(request, response, await fullFile(name)))
    handler(request, response)
  })
}

/** One of the four files as it lies on this machine, gzipped. */
export function fullFile(name: string): Promise<Uint8Array> {
  return readFile(join(fullFashionMnist.path, name))
}
