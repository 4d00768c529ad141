import { TreadleError } from '@treadle/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { failure } from '../test/failure.ts'
import { concat } from './bytes.ts'
import type { DownloadSettings } from './cache-options.ts'
import type { DataFile } from './data-file.ts'
import { download } from './download.ts'
import { memoryPart } from './memory-part.ts'
import type { DatasetProgress } from './options.ts'

/*
 * What a download makes of the answers it gets, with this engine's own responses and streams; in a browser too.
 * What servers can do to a connection is in download.test.ts.
 */

const contents = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) % 251)
const address = 'https://mirror.example/file'

type Answer = (range: string | undefined, signal: AbortSignal) => Response | Promise<Response>

/** A body of these chunks, after which it ends, breaks off, or stalls until nobody wants it any more. */
function body(
  chunks: readonly Uint8Array<ArrayBuffer>[],
  then: 'end' | 'break' | 'stall',
  signal: AbortSignal,
) {
  let next = 0
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const chunk = chunks[next++]
      if (chunk) controller.enqueue(chunk)
      else if (then === 'end') controller.close()
      else if (then === 'break') controller.error(new TypeError('the line is cut'))
      else
        await new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => {
            controller.error(signal.reason)
            resolve()
          }),
        )
    },
  })
}

/** Answers as a server of `contents` does, up to byte `until`. */
const file =
  (until = contents.length, then: 'end' | 'break' | 'stall' = 'end'): Answer =>
  (range, signal) => {
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    const headers = {
      'content-length': String(contents.length - start),
      ...(start > 0 && { 'content-range': `bytes ${start}-${contents.length - 1}/${contents.length}` }),
    }
    const chunks = [contents.slice(start, Math.min(start + 1000, until)), contents.slice(start + 1000, until)]
    return new Response(body(chunks, then, signal), { status: start > 0 ? 206 : 200, headers })
  }
const noneLeft = () => new Response(null, { status: 416, headers: { 'content-range': 'bytes */300000' } })
const status = (code: number) => (): Response => new Response(null, { status: code })

/** Gives these answers in turn, the last again and again; keeps the ranges that were asked for. */
function answering(...answers: Answer[]): (string | undefined)[] {
  const ranges: (string | undefined)[] = []
  vi.stubGlobal('fetch', async (_: string, { headers, signal }: RequestInit) => {
    const range = new Headers(headers).get('range') ?? undefined
    ranges.push(range)
    return answers[Math.min(ranges.length, answers.length) - 1]?.(range, signal as AbortSignal)
  })
  return ranges
}
afterEach(() => vi.unstubAllGlobals())

/** Throws unless every byte is right. */
async function verify(given: DataFile): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of given.stream()) chunks.push(chunk)
  const bytes = concat(chunks)
  if (bytes.length !== contents.length || bytes.some((byte, i) => byte !== contents[i]))
    throw new TreadleError('DATASET_CHECKSUM', 'This is another file.')
  return bytes
}

async function get(settings: DownloadSettings = {}, part = memoryPart('file')): Promise<Uint8Array> {
  const wanted = { name: 'file', urls: [address], maxBytes: 1_000_000, verify }
  const { value, url } = await download(wanted, part, {
    connectTimeout: 1000,
    stallTimeout: 1000,
    ...settings,
  })
  expect(url).toBe(address)
  return value
}

const start = (range: string | undefined): number => Number(/\d+/.exec(range ?? '0')?.[0])

describe('a download', () => {
  test('takes the file and tells how far it is', async () => {
    const ranges = answering(file())
    const events: DatasetProgress[] = []
    expect(await get({ onProgress: (event) => events.push(event) })).toHaveLength(contents.length)
    expect(ranges).toEqual([undefined])
    expect(events.map(({ loaded, total }) => [loaded, total])).toEqual([
      [0, 300_000],
      [1000, 300_000],
      [300_000, 300_000],
    ])
  })

  test('goes on where the body broke off, stalled or ended too soon', async () => {
    const ranges = answering(file(100_000, 'break'), file(150_000, 'stall'), file(200_000), file())
    expect(await get()).toHaveLength(contents.length)
    const starts = ranges.map(start)
    expect(starts[0]).toBe(0)
    expect(starts.slice(1).every((at, i) => at > (starts[i] as number))).toBe(true)
    expect(starts.at(-1)).toBe(200_000)
  })

  test('starts again where the server does not know ranges', async () => {
    const ranges = answering(file(100_000, 'break'), () => new Response(contents))
    expect(await get()).toHaveLength(contents.length)
    expect(ranges).toHaveLength(2)
  })

  test('believes no answer that begins elsewhere than asked', async () => {
    const elsewhere = () =>
      new Response(contents.slice(0, 10), { status: 206, headers: { 'content-range': 'bytes 0-9/300000' } })
    const ranges = answering(file(100_000, 'break'), elsewhere, file())
    expect(await get()).toHaveLength(contents.length)
    expect(ranges.map((range) => range === undefined)).toEqual([true, false, true])
  })

  test('takes what is there already, if it is whole, and throws away what is not', async () => {
    const whole = memoryPart('file')
    await whole.append(contents)
    expect(answering(noneLeft)).toEqual([])
    expect(await get({}, whole)).toHaveLength(contents.length)

    const long = memoryPart('file')
    await long.append(concat([contents, contents.subarray(0, 9)]))
    answering(noneLeft, file())
    expect(await get({}, long)).toHaveLength(contents.length)
  })
})

test.each<[string, Answer, RegExp]>([
  ['answers 404', status(404), /status 404/],
  ['answers 500', status(500), /status 500/],
  [
    'never answers',
    (_, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      ),
    /did not answer for 1 s/,
  ],
  [
    'cannot be reached',
    () => Promise.reject(new TypeError('no such host')),
    /cannot be reached \(no such host\)/,
  ],
  ['stalls again and again', file(0, 'stall'), /stalled for 1 s/],
  [
    'announces too much',
    () => new Response('x', { headers: { 'content-length': '5000000' } }),
    /announces 5000000 bytes/,
  ],
  [
    'sends without end',
    (_, signal) => new Response(body(Array<typeof contents>(9).fill(contents), 'stall', signal)),
    /sends more than 1000000 bytes/,
  ],
  ['sends a web page', () => new Response('<html>Log in</html>'), /another file/],
])('a server that %s is given up, and the message says why', async (_, answer, reason) => {
  const ranges = answering(answer)
  const error = await failure(() => get())
  expect(error.message).toMatch(reason)
  expect(error.message).toContain(address)
  expect(ranges.length).toBeLessThanOrEqual(24)
})

test.each<[string, Answer]>([
  [
    'before the answer',
    (_, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      ),
  ],
  ['in the middle', file(50_000, 'stall')],
  ['while it waits to ask again', status(503)],
])('a signal ends a download %s', async (_, answer) => {
  answering(answer)
  const controller = new AbortController()
  setTimeout(() => controller.abort(new Error('enough')), 100)
  const settings = { signal: controller.signal, connectTimeout: 60_000, stallTimeout: 60_000 }
  await expect(get(settings)).rejects.toThrow('enough')
})
