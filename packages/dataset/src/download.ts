import { TreadleError, isTreadleError } from '@treadle/core'
import { platform } from '#platform'
import type { DownloadSettings } from './cache-options.ts'
import { type DataFile, streamChunks } from './data-file.ts'
import type { Part } from './platform.ts'
import { linkedController } from './together.ts'

/** Consecutive failures without new data after which a server is not asked again. */
const PATIENCE = 3
/** The most requests for one file. A server that sends one byte for each request would otherwise never end. */
const MAX_REQUESTS = 24
/** Pause before the next request to the same server, in ms. */
const PAUSE = 250

export interface Wanted<T> {
  /** The file's name, for messages and progress. */
  readonly name: string
  /** Addresses of the file, tried in order. */
  readonly urls: readonly string[]
  /** A size in bytes that the file cannot reach. */
  readonly maxBytes: number
  /** Reads the whole file and throws a `TreadleError` if it is not the expected one. */
  readonly verify: (file: DataFile) => Promise<T>
}

/** Why a request failed, and whether another request to the same server may succeed. */
class RequestFailure extends Error {
  readonly again: boolean
  /** The server sends, but slower than another may. */
  readonly slow: boolean

  constructor(message: string, again: boolean, slow = false) {
    super(message)
    this.again = again
    this.slow = slow
  }
}

/**
 * Downloads one file into `part`. A broken connection is resumed; a failed address is followed by the next; the result
 * is accepted only by `verify`. The part is neither committed nor closed.
 *
 * @returns the result of `verify` and the address that sent the file
 * @throws TreadleError `DATASET_DOWNLOAD`, or what `verify` threw last; the signal's reason on abort
 */
export async function download<T>(
  { name, urls, maxBytes, verify }: Wanted<T>,
  part: Part,
  options: DownloadSettings,
): Promise<{ value: T; url: string }> {
  const servers = urls.map((url) => ({ url, failures: 0 }))
  const reasons: string[] = []
  let bad: TreadleError | undefined
  for (let request = 0; request < MAX_REQUESTS; request++) {
    const server = servers[0]
    if (!server) break
    const before = part.size
    try {
      await requestRest(server.url, part, { name, maxBytes }, options)
      return { value: await verify(part.file()), url: server.url }
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!(error instanceof RequestFailure) && !isTreadleError(error)) throw error
      const wrong = isTreadleError(error)
      if (wrong) {
        bad = error
        await part.reset()
      }
      // A file joined from the answers of two servers may be wrong although both are right: request it once more, whole.
      const again = wrong ? before > 0 : error.again
      if (!wrong && !error.slow && part.size > before) server.failures = 0
      else server.failures++
      servers.shift()
      if (again && server.failures < PATIENCE) servers.push(server)
      reasons.push(`${server.url}: ${error.message}`)
      if (servers[0] === server) await pause(PAUSE * server.failures, options.signal)
    }
  }
  const tried = [...new Set(reasons)].slice(-4).join('\n  ')
  throw new TreadleError(
    bad?.code ?? 'DATASET_DOWNLOAD',
    `Downloading ${name} failed.\n  ${tried}\nCheck the network, or download the file in another way and pass its folder.`,
    { cause: bad },
  )
}

/** Requests the missing rest of `part` and appends it. Returns when the server has sent the whole file. */
async function requestRest(
  url: string,
  part: Part,
  { name, maxBytes }: { name: string; maxBytes: number },
  { connectTimeout = 5000, stallTimeout = 15_000, minimumRate = 4096, signal, onProgress }: DownloadSettings,
): Promise<void> {
  const { controller, unlink } = linkedController(signal)
  const patience = watchdog(controller)
  let answered = false
  try {
    patience.wait(connectTimeout, 'did not answer')
    const headers: Record<string, string> = { 'accept-encoding': 'identity' }
    if (part.size > 0) headers['range'] = `bytes=${part.size}-`
    const response = await platform.request(url, { headers, signal: controller.signal })
    answered = true
    patience.wait(stallTimeout, 'stalled')
    const answer = readAnswer(response, part.size)
    if (answer.bytes === 'none left') return
    if (answer.bytes === 'elsewhere') {
      await part.reset()
      throw new RequestFailure(
        `answered a range request with the wrong range (status ${response.status}).`,
        true,
      )
    }
    if (answer.bytes === 'from the start' && part.size > 0) await part.reset()
    const total = answer.total
    if (total !== undefined && total > maxBytes) {
      throw new RequestFailure(`announces ${total} bytes; the file has fewer than ${maxBytes}.`, false)
    }
    if (!response.body) throw new RequestFailure('sent no body.', true)
    onProgress?.({ phase: 'download', file: name, loaded: part.size, total })
    const rate = rateCheck(stallTimeout, minimumRate)
    for await (const chunk of streamChunks(response.body)) {
      if (part.size + chunk.length > maxBytes) {
        await part.reset()
        throw new RequestFailure(`sends more than ${maxBytes} bytes, which the file cannot have.`, false)
      }
      patience.rest() // The time of writing to disk does not count.
      const slow = rate.received(chunk.length)
      await part.append(chunk)
      onProgress?.({ phase: 'download', file: name, loaded: part.size, total })
      if (slow !== undefined && part.size !== total) throw new RequestFailure(slow, true, true)
      rate.waiting()
      patience.wait(stallTimeout, 'stalled')
    }
    if (total !== undefined && part.size < total)
      throw new RequestFailure(`broke off after ${part.size} of ${total} bytes.`, true)
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof RequestFailure) throw error
    if (patience.reason) throw new RequestFailure(patience.reason, answered || part.size > 0)
    if (isTreadleError(error))
      throw error.code === 'DATASET_REDIRECT' ? new RequestFailure(error.message, false) : error
    throw new RequestFailure(
      `${answered ? 'broke off' : 'cannot be reached'} (${causeOf(error)}).`,
      answered || part.size > 0,
    )
  } finally {
    patience.rest()
    unlink()
    controller.abort() // Releases a body that is not read.
  }
}

interface Answer {
  /** What the body holds: the file from its start, its missing rest, nothing (the part is complete), or other bytes. */
  readonly bytes: 'from the start' | 'the rest' | 'none left' | 'elsewhere'
  /** Size of the whole file in bytes, where the server states it. */
  readonly total: number | undefined
}

function readAnswer(response: Response, have: number): Answer {
  const encoded = !['identity', null].includes(response.headers.get('content-encoding'))
  if (response.status === 200) {
    const length = response.headers.get('content-length')
    // The header gives the compressed length, not that of the body.
    return { bytes: 'from the start', total: encoded || length === null ? undefined : Number(length) }
  }
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '')
  const [, start, size] = range ?? []
  const total = size === undefined || size === '*' ? undefined : Number(size)
  if (response.status === 206) {
    const fits = !encoded && (start === undefined || Number(start) === have)
    return { bytes: fits ? 'the rest' : 'elsewhere', total }
  }
  if (response.status === 416 && have > 0) return { bytes: total === have ? 'none left' : 'elsewhere', total }
  const again = response.status === 429 || response.status >= 500
  throw new RequestFailure(`answered with status ${response.status}.`, again)
}

/** Aborts `controller` after a time without progress. */
function watchdog(controller: AbortController) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const dog = {
    reason: undefined as string | undefined,
    wait(ms: number, what: string) {
      clearTimeout(timer)
      timer = setTimeout(() => {
        dog.reason = `${what} for ${ms / 1000} s.`
        controller.abort()
      }, ms)
    },
    rest: () => clearTimeout(timer),
  }
  return dog
}

/** Measures the rate of a server over periods of `period` ms that are spent waiting for it. */
function rateCheck(period: number, minimum: number) {
  let [bytes, waited, since] = [0, 0, performance.now()]
  return {
    waiting: () => void (since = performance.now()),
    /** Says what is wrong at the end of a period in which less than `minimum` bytes per second came. */
    received(count: number): string | undefined {
      bytes += count
      waited += performance.now() - since
      if (waited < period) return undefined
      const rate = (bytes * 1000) / waited
      bytes = 0
      waited = 0
      return rate < minimum
        ? `sends only ${Math.round(rate)} bytes per second; at least ${minimum} are expected.`
        : undefined
    },
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const { controller, unlink } = linkedController(signal)
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    controller.signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
  unlink()
  signal?.throwIfAborted()
}
