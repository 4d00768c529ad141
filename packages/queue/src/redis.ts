import { TreadleError, show } from '@treadle/core'
import { Redis } from 'ioredis'

/** How long the first connection may take, in ms. Later ones are tried until the end. */
const FIRST_CONNECTION = 10_000
/** A connection that owes an answer for so long is made again, in ms. BullMQ waits up to 10 seconds in Redis for news. */
const SILENCE = 20_000
/** The longest pause between two attempts to reconnect, in ms. */
const LONGEST_PAUSE = 2000

/** The password, where the URL has none: a command line is visible to other users of the machine. */
const PASSWORD = 'TREADLE_REDIS_PASSWORD'

/**
 * Connects to a Redis server.
 * @param url `redis://` or, with TLS, `rediss://`
 * @param onLost called once each time the connection is lost, after which it is made again
 * @throws TreadleError `QUEUE_BAD_URL`, `QUEUE_UNREACHABLE`
 */
export async function openRedis(url: string, onLost: (message: string) => void = () => {}): Promise<Redis> {
  const parsed = parseUrl(url)
  // ioredis takes an empty password from an address with a user, whatever the options are.
  const [username, password] = [parsed.username, parsed.password].map(decodeURIComponent)
  const plain = Object.assign(new URL(parsed), { username: '', password: '' })
  let last: Error | undefined
  let isConnected = false
  let isLost = false
  const secret = password || process.env[PASSWORD]
  const redis = new Redis(plain.href, {
    ...(username && { username }),
    ...(secret && { password: secret }),
    lazyConnect: true,
    // Workers and sweeps outlive a restart of Redis: their commands wait for the next connection. BullMQ requires it.
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(100 * attempt, LONGEST_PAUSE),
    // A link that is cut without a word is found by these.
    keepAlive: 10_000,
    socketTimeout: SILENCE,
  })
  redis.on('error', (error) => {
    last = error
    if (!isConnected || isLost) return
    isLost = true
    onLost(`The connection to Redis at ${parsed.host} is lost, and is made again: ${reasonOf(error)}`)
  })
  redis.on('ready', () => (isLost = false))
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
    const reason = reasonOf(last ?? error)
    throw new TreadleError(
      'QUEUE_UNREACHABLE',
      `There is no connection to Redis at ${parsed.host}: ${reason} ${adviceFor(reason)}`,
    )
  } finally {
    clearTimeout(timer)
  }
}

/** Whether an error is of a connection, which is made again. */
export const isOfConnection = (error: Error): boolean =>
  'syscall' in error || /^(Socket timeout|Connection is closed)/.test(error.message)

/** The address without user and password, for messages. */
export const shownUrl = (url: string): string => {
  const { protocol, host, pathname } = parseUrl(url)
  return `${protocol}//${host}${pathname}`
}

function adviceFor(reason: string): string {
  if (/^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH)/.test(reason))
    return `Check the user and the password (${PASSWORD}).`
  if (/certificate/i.test(reason))
    return 'Use the name of the host that its certificate has, and give the certificate of your own authority in NODE_EXTRA_CA_CERTS.'
  return `Start it, or check the address, the password (${PASSWORD}) and TLS (rediss://).`
}

function parseUrl(url: string): URL {
  const parsed =
    typeof url === 'string' && /^rediss?:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : undefined
  if (
    parsed !== undefined &&
    parsed.hostname !== '' &&
    /^(\/\d*)?$/.test(parsed.pathname) &&
    !/%(?![\da-f]{2})/i.test(parsed.username + parsed.password)
  )
    return parsed
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
