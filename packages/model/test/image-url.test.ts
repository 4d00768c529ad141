import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Picture, encodePng } from '@treadle/image'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ImageInput, openImage } from '../src/image/image-input.ts'
import { readImage } from './read-image.ts'

const picture: Picture = { width: 2, height: 1, channels: 1, data: Uint8Array.of(7, 250) }
const png = encodePng(picture)
const read = async (input: ImageInput, signal?: AbortSignal) => readImage(await openImage(input, { signal }))

/** Answers with a picture, a redirect to it, an error, a page, or nothing at all. */
const server = createServer(({ url }, response) => {
  if (url === '/a.png') response.writeHead(200, { 'content-type': 'image/png' }).end(png)
  else if (url === '/moved.png') response.writeHead(302, { location: '/a.png' }).end()
  else if (url === '/page') response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
  else if (url === '/stalls.png') response.writeHead(200).write(png.subarray(0, 20))
  else if (url === '/cut.png') {
    response.writeHead(200, { 'content-length': 1000 }).write(png)
    setTimeout(() => response.destroy(), 50)
  } else response.writeHead(404).end()
})
let folder: string
let origin: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-url-'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true, force: true })
})

test('a picture at an address, behind a redirect, and in a file', async () => {
  const path = join(folder, 'shirt 1.png')
  await writeFile(path, png)
  for (const url of [`${origin}/a.png`, `${origin}/moved.png`, pathToFileURL(path).href])
    expect(await read(new URL(url))).toEqual(picture)
  expect(await read(await fetch(`${origin}/a.png`))).toEqual(picture)
})

test.each([
  ['/nothing', 'MODEL_READ_FAILED', /\/nothing failed: the server answered 404/],
  ['/cut.png', 'MODEL_READ_FAILED', /\/cut\.png failed/],
  ['/page', 'MODEL_BAD_IMAGE', /\/page \(text\/html\): its content is of no known image format/],
])('%s is %s', async (path, code, message) => {
  const error = { code, message: expect.stringMatching(message) }
  await expect(read(new URL(path, origin))).rejects.toMatchObject(error)
})

test('a file that does not exist is an error', async () => {
  const url = pathToFileURL(join(folder, 'none.png'))
  await expect(read(url)).rejects.toMatchObject({
    code: 'MODEL_READ_FAILED',
    message: expect.stringMatching(/none\.png/),
  })
})

test('a server that stalls is left at an abort', async () => {
  const controller = new AbortController()
  const reading = read(new URL('/stalls.png', origin), controller.signal)
  setTimeout(() => controller.abort(new Error('enough')), 100)
  await expect(reading).rejects.toThrow('enough')
})
