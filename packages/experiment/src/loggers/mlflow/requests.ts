import { escapeControls } from '@treadle/core'
import type { Address } from './address.ts'

/** A request that a server did not fulfil. */
export class RequestError extends Error {
  /** Whether the same request may succeed later. */
  readonly canRetry: boolean
  /** What MLflow calls the error, such as `RESOURCE_DOES_NOT_EXIST`. */
  readonly code: string | undefined

  constructor(message: string, canRetry: boolean, code?: string) {
    super(message)
    this.canRetry = canRetry
    this.code = code
  }
}

interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT'
  /** Sent as JSON. */
  readonly json?: object
  readonly bytes?: Uint8Array<ArrayBuffer>
}

/** For an answer, in ms. A body of bytes has more time: `SLOWEST` bytes take a millisecond. */
const TIMEOUT = 10_000
const SLOWEST = 100
/** Of an answer, in bytes: MLflow's are much smaller. */
const MOST_BYTES = 2 ** 22
/** Of a server's own message, in characters. */
const MOST_CHARACTERS = 200

/** Sends requests to a server and reads its answers of JSON. */
export class Requests {
  readonly #address: Address

  constructor(address: Address) {
    this.#address = address
  }

  /**
   * @param path after `api/2.0/`
   * @throws RequestError
   */
  async send(path: string, { method = 'POST', json, bytes }: Request): Promise<unknown> {
    const { url, authorization } = this.#address
    const timeout = TIMEOUT + Math.ceil((bytes?.length ?? 0) / SLOWEST)
    let response: Response
    let text: string
    try {
      response = await fetch(`${url}/api/2.0/${path}`, {
        method,
        headers: {
          ...(json && { 'content-type': 'application/json' }),
          ...(authorization !== undefined && { authorization }),
        },
        // Otherwise a POST becomes a GET, and another server gets the token.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout),
        ...(json && { body: JSON.stringify(json) }),
        ...(bytes && { body: bytes }),
      })
      text = await limitedText(response)
    } catch (error) {
      if (error instanceof RequestError) throw error
      throw new RequestError(`${url} does not answer: ${reasonOf(error, timeout)}.`, true)
    }
    const answer = parsed(text)
    if (response.ok && answer !== undefined) return answer
    throw this.#problem(response, answer)
  }

  #problem({ status, ok, headers }: Response, answer: unknown): RequestError {
    const { url, authorization } = this.#address
    if (ok)
      return new RequestError(`${url} is not a tracking server of MLflow: its answer is not JSON.`, false)
    if (status >= 300 && status < 400)
      return new RequestError(
        `${url} sends requests on to another address (status ${status}${headers.has('location') ? ', see its header Location' : ''}). Give that address.`,
        false,
      )
    if (status === 401 || status === 403) {
      const how = authorization === undefined ? 'Give' : 'Check'
      return new RequestError(
        `${url} refuses access (status ${status}). ${how} MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.`,
        false,
      )
    }
    const { message, error_code: code } = (answer ?? {}) as { message?: unknown; error_code?: unknown }
    const said = typeof message === 'string' ? `: ${escapeControls(message.slice(0, MOST_CHARACTERS))}` : ''
    return new RequestError(
      `${url} answers with status ${status}${said}`,
      status === 408 || status === 429 || status >= 500,
      typeof code === 'string' ? code : undefined,
    )
  }
}

async function limitedText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new RequestError('The answer is larger than any of MLflow.', false)
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}

/** Undefined for what is not an object in JSON. An answer without a body, as to an upload, is an empty one. */
function parsed(text: string): object | undefined {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown, timeout: number): string {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `no answer within ${Math.round(timeout / 1000)} seconds`
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } }
  for (const words of [cause?.code, cause?.message])
    if (typeof words === 'string' && words !== '') return words
  return error instanceof Error ? error.message : String(error)
}
