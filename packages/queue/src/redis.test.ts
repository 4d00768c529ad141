import { describe, expect, test } from 'vitest'
import { RedisServer } from '../test/redis-server.ts'
import { openRedis, shownUrl } from './redis.ts'

const SECRET = 'hunter2'

describe('the address of Redis', () => {
  test('is shown without its password', () => {
    expect(shownUrl(`rediss://me:${SECRET}@queue:6380/2`)).toBe('rediss://queue:6380/2')
  })

  test.each([
    'redis://',
    `http://me:${SECRET}@queue`,
    `redis://me:${SECRET}@queue/name`,
    `redis://me:${SECRET}@:x`,
  ])('is refused: %s, and the message keeps the password to itself', async (url) => {
    const error: unknown = await openRedis(url).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'QUEUE_BAD_URL' })
    expect(String(error)).not.toContain(SECRET)
  })

  test('that nobody listens at is out of reach', async () => {
    const error: unknown = await openRedis(`redis://me:${SECRET}@127.0.0.1:1`).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ code: 'QUEUE_UNREACHABLE' })
    expect(String(error)).not.toContain(SECRET)
  })
})

test('each loss of the connection is reported once, and the client connects again', async () => {
  const server = await RedisServer.start()
  const told: string[] = []
  const redis = await openRedis(server.url, (message) => told.push(message))
  for (const times of [1, 2]) {
    await server.kill()
    // It waits for the connection, of which several attempts fail.
    const answer = redis.ping()
    await new Promise((resolve) => setTimeout(resolve, 400))
    await server.start()
    expect(await answer).toBe('PONG')
    expect(told).toHaveLength(times)
  }
  expect(told[0]).toContain(`The connection to Redis at localhost:${server.port} is lost, and is made again`)
  redis.disconnect()
  await server.close()
})
