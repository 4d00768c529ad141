import { TreadleError } from '@treadle/core'
import { badImage } from '../bad-image.ts'
import { limitedBody } from '../../limited-body.ts'
import { tagOf } from '../platform-type.ts'
import type { ImageFile } from '../image-file.ts'
import type { ImageSource } from './source.ts'

/** Bytes of a response that are read at most: 128 MiB. */
export const MAX_BYTES = 2 ** 27

/** A `Response` of `fetch`, which is consumed. */
export const response: ImageSource<Response> = {
  matches: (input) => tagOf(input) === 'Response',
  open: async (input, { signal }) => ({ kind: 'file', file: await fileOf(input, signal) }),
}

/** @throws TreadleError `MODEL_READ_FAILED`, `MODEL_BAD_IMAGE`; the reason of `signal` after an abort */
export async function fileOf(given: Response, signal: AbortSignal | undefined): Promise<ImageFile> {
  const address = given.url || 'the response'
  if (given.bodyUsed || given.body?.locked === true)
    throw badImage(
      `${address} has been read already`,
      'Give `response.clone()` before reading it, or its bytes',
    )
  if (given.type === 'opaque')
    throw unreadable(address, 'its server does not allow this page to read it (`mode: no-cors`)')
  if (!given.ok)
    throw unreadable(address, `the server answered ${given.status} ${given.statusText}`.trimEnd())
  const bytes = await read(given, address, signal)
  if (bytes === undefined)
    throw badImage(`${address} has more than ${MAX_BYTES} bytes`, 'Make the image smaller')
  const type = given.headers.get('content-type')
  return { bytes, name: type === null || type.startsWith('image/') ? address : `${address} (${type})` }
}

export function unreadable(address: string, reason: string, cause?: unknown): TreadleError {
  const message = `Reading ${address} failed: ${reason}. Check the address and try again.`
  return new TreadleError('MODEL_READ_FAILED', message, cause === undefined ? {} : { cause })
}

async function read(given: Response, address: string, signal: AbortSignal | undefined) {
  try {
    return await limitedBody(given, MAX_BYTES, signal)
  } catch (error) {
    signal?.throwIfAborted()
    throw unreadable(address, (error as Error).message, error)
  }
}
