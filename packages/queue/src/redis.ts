import { TreadleError, show } from '@treadle/core'
import { Redis } from 'ioredis'

/** How long the first connection may take, in ms. Later ones are tried until the end. */
const FIRST_CONNECTION = 10_000
/** The longest pause between two attempts to reconnect, in ms. */
const LONGEST_PAUSE = 2000

/** The password, where the URL has none: a command line is visible to other users of the machine. */
const PASSWORD = 'TREADLE_REDIS_PASSWORD'

/**
 * Connects to a Redis server.
 * @param url `redis://` or, with TLS, `rediss://`
 * @throws TreadleError `QUEUE_BAD_URL`, `QUEUE_UNREACHABLE`
 */
export async function openRedis(url: string, onError: (error: Error) => void = () => {}): Promise<Redis> {
  const parsed = parseUrl(url)
  const password = process.env[PASSWORD]
  let last: Error | undefined
  let isConnected = false
  const redis = new Redis(parsed.href, {
    ...(parsed.password === '' && password !== undefined && { password }),
    lazyConnect: true,
    // Workers and sweeps outlive a restart of Redis: their commands wait for the next connection. BullMQ requires it.
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(100 * attempt, LONGEST_PAUSE),
    // A link that is cut without a word is found by this.
    keepAlive: 10_000,
  })
  redis.on('error', (error) => {
    last = error
    if (isConnected) onError(error)
  })
  let timer: NodeJS.Timeout | undefined
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(last ?? new Error('no answer')), FIRST_CONNECTION)
    })
    await Promise.race([redis.connect().then(() => redis.ping()), late])
    isConnected = true
    return redis
  } catch (error) {
    redis.disconnect()
    throw new TreadleError(
      'QUEUE_UNREACHABLE',
      `There is no connection to Redis at ${parsed.host}: ${reasonOf(last ?? error)} Start it, or check the address, the password (${PASSWORD}) and TLS (rediss://).`,
    )
  } finally {
    clearTimeout(timer)
  }
}

/** The address without user and password, for messages. */
export const shownUrl = (url: string): string => {
  const { protocol, host, pathname } = parseUrl(url)
  return `${protocol}//${host}${pathname}`
}

function parseUrl(url: string): URL {
  const parsed =
    typeof url === 'string' && /^rediss?:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : undefined
  if (parsed !== undefined && parsed.hostname !== '' && /^(\/\d*)?$/.test(parsed.pathname)) return parsed
  // It may hold a password.
  const shown = typeof url === 'string' ? url.replace(/\/\/.*@/s, '//…@') : show(url)
  throw new TreadleError(
    'QUEUE_BAD_URL',
    `The address of the queue (=${shown}) must be redis://HOST:PORT or rediss://HOST:PORT, with a number of a database or without: redis://localhost:6379/0.`,
  )
}

function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  const text = message || code || String(error)
  return text.endsWith('.') ? text : `${text}.`
}
