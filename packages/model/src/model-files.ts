import { TreadleError } from '@treadle/core'
import { limitedBody } from './limited-body.ts'

/** The files of a saved model, on disk, on a server or in memory. */
export interface ModelFiles {
  /** Name of the location in messages. */
  readonly location: string
  /** Reads model.json; throws if it has more than `limit` bytes. */
  readModelJson(limit: number): Promise<Uint8Array>
  /** Reads a file that model.json names by a checked relative path; throws if it has more than `limit` bytes. */
  readShard(path: string, limit: number): Promise<Uint8Array>
}

/** Opens a model at an address. The query of model.json's address, such as a signature, is also used for its shards. */
export function filesAt(url: URL, signal?: AbortSignal): ModelFiles {
  const modelJson = /\/[^/]*\.[^/]*$/.test(url.pathname)
    ? url
    : new URL(`${url.pathname.replace(/\/?$/, '/')}model.json${url.search}`, url)
  return {
    location: modelJson.href,
    readModelJson: (limit) => fetchWhole(modelJson, limit, signal),
    readShard(path, limit) {
      const shard = new URL(path.split('/').map(encodeURIComponent).join('/'), modelJson)
      shard.search = modelJson.search
      return fetchWhole(shard, limit, signal)
    },
  }
}

/** Opens a model among chosen files or files in memory, by file name without folders. */
export function filesAmong(files: ReadonlyMap<string, Blob>): ModelFiles {
  const location = `the files given (${[...files.keys()].join(', ') || 'none'})`
  const read = async (name: string, limit: number) => {
    const blob = files.get(name) ?? files.get(name.split('/').at(-1) as string)
    if (blob === undefined) throw notFound(name, location)
    if (blob.size > limit) throw tooLong(name, limit)
    return new Uint8Array(await blob.arrayBuffer())
  }
  return {
    location,
    readModelJson(limit) {
      const names = [...files.keys()].filter((name) => name.endsWith('.json'))
      return read(
        names.includes('model.json') || names.length !== 1 ? 'model.json' : (names[0] as string),
        limit,
      )
    },
    readShard: read,
  }
}

export function notFound(name: string, location?: string): TreadleError {
  const where = location === undefined ? '' : ` in ${location}`
  return new TreadleError(
    'MODEL_NOT_FOUND',
    `There is no ${name}${where}. A saved model is a model.json and the weight files that it names; pass its folder or its model.json.`,
  )
}

export function tooLong(name: string, limit: number): TreadleError {
  return new TreadleError(
    'MODEL_BAD_FILE',
    `${name} has more than the expected ${limit} bytes. Save or copy the model again.`,
  )
}

async function fetchWhole(url: URL, limit: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const failed = (reason: string, cause?: unknown) =>
    new TreadleError(
      'MODEL_READ_FAILED',
      `Reading ${url.href} failed: ${reason}. Check the address and try again.`,
      { cause },
    )
  try {
    const response = await fetch(url, signal === undefined ? {} : { signal })
    if (response.status === 404) throw notFound(url.href)
    if (!response.ok || response.body === null)
      throw failed(`the server answered ${response.status} ${response.statusText}`.trimEnd())
    const bytes = await limitedBody(response, limit, signal)
    if (bytes === undefined) throw tooLong(url.href, limit)
    return bytes
  } catch (error) {
    if (error instanceof TreadleError || signal?.aborted) throw error
    const cause = (error as Error).cause
    throw failed(
      cause instanceof Error
        ? cause.message || String((cause as { code?: string }).code)
        : (error as Error).message,
      error,
    )
  }
}
