import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { TreadleError } from '@treadle/core'
import { describe, expect, test } from 'vitest'
import { failure } from '../test/failure.ts'
import { type Handler, sendFile, serve } from '../test/server.ts'
import { concat } from './bytes.ts'
import type { DownloadSettings } from './cache-options.ts'
import type { DataFile } from './data-file.ts'
import { download } from './download.ts'
import { memoryPart } from './memory-part.ts'
import type { DatasetProgress } from './options.ts'

const contents = randomBytes(300_000)
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function verify(file: DataFile): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.stream()) chunks.push(chunk)
  const bytes = concat(chunks)
  if (digest(bytes) !== digest(contents))
    throw new TreadleError('DATASET_CHECKSUM', `${digest(bytes)} is not ${digest(contents)}.`)
  return bytes
}

const whole: Handler = (request, response) => sendFile(request, response, contents)

/** One answer after the other; the last goes on for ever. */
function inTurn(...handlers: Handler[]): Handler {
  let turn = 0
  return (request, response) => handlers[Math.min(turn++, handlers.length - 1)]?.(request, response)
}

/** How far the download under test is. */
let taken = 0

// Patient by default, so that no test of anything else depends on how busy the machine is.
async function get(urls: string | string[], settings: DownloadSettings = {}, part = memoryPart('file')) {
  const wanted = { name: 'file', urls: [urls].flat(), maxBytes: 1_000_000, verify }
  const onProgress = (event: DatasetProgress) => {
    taken = event.loaded
    settings.onProgress?.(event)
  }
  taken = 0
  return download(wanted, part, { connectTimeout: 20_000, stallTimeout: 20_000, ...settings, onProgress })
}

const impatient: DownloadSettings = { connectTimeout: 400, stallTimeout: 300 }

/** Breaks off once the first `after` bytes have arrived: what is on its way is lost. */
const breakOff =
  (after: number, bytes: Uint8Array = contents): Handler =>
  (request, response) => {
    sendFile(request, response, bytes, after)
    const watch = setInterval(() => {
      if (taken < after) return
      clearInterval(watch)
      response.destroy()
    }, 1)
  }

describe('a download', () => {
  test('brings the file and tells how far it is', async () => {
    const server = await serve(whole)
    const events: DatasetProgress[] = []
    const { value, url } = await get(server.url, { onProgress: (event) => events.push(event) })
    expect(digest(value)).toBe(digest(contents))
    expect(url).toBe(server.url)
    const loaded = events.map((event) => event.loaded)
    expect(loaded).toEqual(loaded.toSorted((a, b) => a - b))
    expect([loaded[0], loaded.at(-1)]).toEqual([0, contents.length])
    expect(new Set(events.map(({ phase, file, total }) => `${phase} ${file} ${total}`))).toEqual(
      new Set(['download file 300000']),
    )
  })

  test('leaves a server that trickles for another, and gives up if all do', async () => {
    const trickle: Handler = (request, response) => {
      const start = Number(/\d+/.exec(request.headers.range ?? '0')?.[0])
      response.writeHead(start > 0 ? 206 : 200, {
        'content-length': contents.length - start,
        ...(start > 0 && { 'content-range': `bytes ${start}-${contents.length - 1}/${contents.length}` }),
      })
      let at = start
      const timer = setInterval(() => response.write(contents.subarray(at, ++at)), 20)
      response.on('close', () => clearInterval(timer))
    }
    const [slow, fast] = [await serve(trickle), await serve(whole)]
    const settings = { stallTimeout: 500 }
    const { value, url } = await get([slow.url, fast.url], settings)
    expect(digest(value)).toBe(digest(contents))
    expect(url).toBe(fast.url)
    expect(slow.requests).toHaveLength(1)
    expect(await failure(() => get(slow.url, settings))).toMatchObject({
      code: 'DATASET_DOWNLOAD',
      message: expect.stringMatching(/sends only \d+ bytes per second; at least 4096/) as string,
    })
    expect(slow.requests).toHaveLength(4)
  })

  test('goes on where the connection broke off', async () => {
    const server = await serve(inTurn(breakOff(100_000), breakOff(200_000), whole))
    expect(digest((await get(server.url)).value)).toBe(digest(contents))
    const starts = server.requests.map(({ range }) => Number(/\d+/.exec(range ?? '0')?.[0]))
    expect(starts).toEqual([0, 100_000, 200_000])
  })

  test('goes on where the server stalled', async () => {
    const server = await serve(
      inTurn((request, response) => sendFile(request, response, contents, 50_000), whole),
    )
    expect(digest((await get(server.url, impatient)).value)).toBe(digest(contents))
    expect(server.requests[1]?.range).toMatch(/^bytes=\d+-$/)
  })

  test('starts again where the server does not know ranges', async () => {
    const server = await serve(
      inTurn(breakOff(100_000), (_, response) => {
        response.end(contents)
      }),
    )
    expect(digest((await get(server.url)).value)).toBe(digest(contents))
    expect(server.requests).toHaveLength(2)
  })

  test('starts again in one piece where the pieces do not fit', async () => {
    const other = randomBytes(contents.length)
    const server = await serve(inTurn(breakOff(100_000, other), whole))
    expect(digest((await get(server.url)).value)).toBe(digest(contents))
    expect(server.requests.map(({ range }) => range === undefined)).toEqual([true, false, true])
  })

  test('takes what is there already, if it is whole', async () => {
    const server = await serve(whole)
    const part = memoryPart('file')
    await part.append(contents)
    await get(server.url, {}, part)
    expect(server.requests).toEqual([{ path: '/', range: 'bytes=300000-' }])
  })

  test('throws away what is there, if it is longer than the file', async () => {
    const server = await serve(whole)
    const part = memoryPart('file')
    await part.append(concat([contents, contents.subarray(0, 9)]))
    expect(digest((await get(server.url, {}, part)).value)).toBe(digest(contents))
  })

  test('believes no answer that begins elsewhere than asked', async () => {
    const server = await serve(
      inTurn(
        breakOff(100_000),
        (_, response) => {
          response.writeHead(206, { 'content-range': 'bytes 0-9/300000' }).end(contents.subarray(0, 10))
        },
        whole,
      ),
    )
    expect(digest((await get(server.url)).value)).toBe(digest(contents))
    expect(server.requests.map(({ range }) => range === undefined)).toEqual([true, false, true])
  })

  test('takes a body that was packed for the way', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(contents))
    })
    expect(digest((await get(server.url)).value)).toBe(digest(contents))
  })

  test('follows redirects', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/there') whole(request, response)
      else response.writeHead(302, { location: '/there' }).end()
    })
    expect(digest((await get(server.url)).value)).toBe(digest(contents))
  })
})

/** Sends for as long as anybody listens. */
function flood(response: Parameters<Handler>[1]): void {
  const more = () => {
    while (!response.destroyed && response.write(contents)) {}
  }
  response.on('drain', more).on('error', () => {})
  more()
}

describe('a server is left for the next', () => {
  const failing: [string, Handler, RegExp][] = [
    ['that answers 404', (_, response) => void response.writeHead(404).end(), /status 404/],
    ['that answers 500', (_, response) => void response.writeHead(500).end(), /status 500/],
    ['that never answers', () => {}, /did not answer for 0.4 s/],
    [
      'that stalls again and again',
      (_, response) => response.writeHead(200).flushHeaders(),
      /stalled for 0.3 s/,
    ],
    [
      'that redirects in a circle',
      (_, response) => void response.writeHead(302, { location: '/' }).end(),
      /more than 5 times/,
    ],
    [
      'that redirects to a file',
      (_, response) => void response.writeHead(302, { location: 'file:///etc/hosts' }).end(),
      /only https/,
    ],
    [
      'that gives a web page',
      (_, response) =>
        void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>'),
      /is not/,
    ],
    [
      'that announces too much',
      (_, response) => void response.writeHead(200, { 'content-length': 5_000_000 }).write('x'),
      /announces 5000000 bytes/,
    ],
    ['that sends without end', (_, response) => flood(response), /sends more than 1000000 bytes/],
    [
      'that announces more than it sends',
      (_, response) => {
        response.writeHead(200, { 'content-length': 400_000 })
        response.write(contents)
        setTimeout(() => response.destroy(), 30)
      },
      /broke off|status 416|is not/,
    ],
    [
      'that announces less than it sends',
      (_, response) => {
        response.socket?.end(
          `HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nconnection: close\r\n\r\n${'x'.repeat(5000)}`,
        )
      },
      /is not|broke off/,
    ],
    ['that speaks no HTTP', (_, response) => void response.socket?.end('NOPE\r\n\r\n'), /cannot be reached/],
    ['whose file is another', (_, response) => void response.end(randomBytes(1000)), /is not/],
  ]

  test.each(failing)('%s', async (_, handler, reason) => {
    const [bad, good] = [await serve(handler), await serve(whole)]
    // Only servers that keep silent are waited for.
    const settings = /answer for|stalled/.test(reason.source) ? impatient : {}
    const { value, url } = await get([bad.url, good.url], settings)
    expect(digest(value)).toBe(digest(contents))
    expect(url).toBe(good.url)
    const error = await failure(() => get(bad.url, settings))
    expect(error.message).toMatch(reason)
    expect(error.message).toContain(bad.url)
    expect(bad.requests.length).toBeLessThanOrEqual(24)
  })
})

test('a wrong file is reported with both digests', async () => {
  const server = await serve((_, response) => void response.end('something else'))
  const error = await failure(() => get([server.url, `${server.url}again`]))
  expect(error.code).toBe('DATASET_CHECKSUM')
  expect(error.message).toContain(digest(contents))
  expect(error.message).toContain(digest(Buffer.from('something else')))
})

test('a server that cannot be reached is asked once', async () => {
  const gone = 'http://127.0.0.1:9/'
  const error = await failure(() => get([gone, 'http://localhost.invalid/']))
  expect(error.code).toBe('DATASET_DOWNLOAD')
  expect(error.message.match(/cannot be reached/g)).toHaveLength(2)
})

test('a server that gives a byte at a time is given up in the end', async () => {
  const server = await serve((request, response) => {
    const start = Number(/\d+/.exec(request.headers.range ?? '0')?.[0])
    sendFile(request, response, contents, start + 1)
    setTimeout(() => response.destroy(), 5)
  })
  expect((await failure(() => get(server.url))).code).toBe('DATASET_DOWNLOAD')
  expect(server.requests.length).toBeLessThanOrEqual(24)
})

describe('a signal ends a download', () => {
  test.each<[string, Handler]>([
    ['before the answer', () => {}],
    ['in the middle', (request, response) => sendFile(request, response, contents, 50_000)],
    ['while it waits to ask again', (_, response) => void response.writeHead(503).end()],
  ])('%s', async (_, handler) => {
    const server = await serve(handler)
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('enough')), 100)
    await expect(get(server.url, { signal: controller.signal })).rejects.toThrow('enough')
  })
})
