import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Outbox } from './outbox.ts'
import { RequestError } from './requests.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const down = () => Promise.reject(new RequestError('down', true))

test('tasks are carried out in their order, after a server that was down for minutes', async () => {
  const outbox = new Outbox()
  const done: number[] = []
  let isDown = false
  const task = (number: number) => async () => {
    if (isDown) await down()
    done.push(number)
  }
  outbox.add(task(1))
  await vi.advanceTimersByTimeAsync(1)
  isDown = true
  outbox.add(task(2))
  outbox.add(task(3))
  await vi.advanceTimersByTimeAsync(4 * 60_000)
  expect(done).toEqual([1])
  isDown = false
  const closed = outbox.close()
  await vi.advanceTimersByTimeAsync(1)
  await closed
  expect(done).toEqual([1, 2, 3])
})

test.each([
  ['was never there', 0, 40_000],
  ['is away for more than five minutes', 1, 330_000],
])('a server that %s fails the log', async (_, answers, wait) => {
  const outbox = new Outbox()
  for (let i = 0; i < answers; i++) outbox.add(() => Promise.resolve())
  outbox.add(down)
  await vi.advanceTimersByTimeAsync(wait / 4)
  outbox.add(down)
  await vi.advanceTimersByTimeAsync(wait)
  expect(() => outbox.add(down)).toThrow('down')
  await expect(outbox.close()).rejects.toThrow('down')
})

test('the end waits a few seconds for a server that is down', async () => {
  const outbox = new Outbox()
  outbox.add(down)
  const began = performance.now()
  const closed = outbox.close().catch((error: unknown) => [error, performance.now() - began] as const)
  await vi.advanceTimersByTimeAsync(60_000)
  const [error, waited] = (await closed) as readonly [Error, number]
  expect(error.message).toBe('down')
  expect(waited).toBeLessThan(6000)
})

test('what the server refuses is not tried again', async () => {
  const outbox = new Outbox()
  const refused = vi.fn(() => Promise.reject(new RequestError('no', false)))
  outbox.add(refused)
  outbox.add(() => Promise.reject(new Error('never called')))
  await expect(outbox.close()).rejects.toThrow('no')
  expect(refused).toHaveBeenCalledTimes(1)
})
