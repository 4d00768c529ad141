import { readFileUrl } from '#platform'
import { tagOf } from '../platform-type.ts'
import { MAX_BYTES, fileOf, unreadable } from './response.ts'
import type { ImageSource } from './source.ts'

/** Milliseconds for a whole request. */
const MAX_TIME = 60_000

/** A `URL` of an image file: what `fetch` reads, and in Node.js `file:`. */
export const url: ImageSource<URL> = {
  matches: (input) => tagOf(input) === 'URL',
  async open(input, { signal }) {
    const local = await readFileUrl(input, MAX_BYTES).catch((error: Error) => {
      throw unreadable(input.href, error.message, error)
    })
    if (local !== undefined) return { kind: 'file', file: { bytes: local, name: input.href } }
    // `data:` URLs are long.
    const name = input.href.length > 200 ? `${input.href.slice(0, 200)}…` : input.href
    const timeout = AbortSignal.timeout(MAX_TIME)
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
    try {
      const answer = await fetch(input, { signal: either })
      const { bytes, name: title = name } = await fileOf(answer, either)
      return { kind: 'file', file: { bytes, name: title.replace(input.href, name) } }
    } catch (error) {
      signal?.throwIfAborted()
      if (timeout.aborted) throw unreadable(name, `it takes more than ${MAX_TIME / 1000} seconds`, error)
      // What is no `TreadleError` comes from `fetch`, which hides the reason in the cause.
      if (!(error instanceof TypeError)) throw error
      const { cause } = error
      throw unreadable(name, cause instanceof Error && cause.message ? cause.message : error.message, error)
    }
  },
}
