import { expect, test } from 'vitest'
import { Latest } from './latest.ts'

test('while a value is passed on, only the latest of the others waits', async () => {
  const passed: number[] = []
  const releases: (() => void)[] = []
  const latest = new Latest<number>(async (value) => {
    passed.push(value)
    await new Promise<void>((resolve) => releases.push(resolve))
  })
  for (const value of [1, 2, 3]) latest.set(value)
  releases.pop()?.()
  await expect.poll(() => passed).toEqual([1, 3])
  releases.pop()?.()
  await latest.idle()
  latest.set(4)
  releases.pop()?.()
  await latest.idle()
  expect(passed).toEqual([1, 3, 4])
})

test('the first error is thrown at the end, and the later values are passed on', async () => {
  const passed: number[] = []
  const latest = new Latest<number>(async (value) => {
    passed.push(value)
    if (value < 3) throw new Error(`no ${value}`)
  })
  latest.set(1)
  latest.set(2)
  await expect(latest.idle()).rejects.toThrow('no 1')
  expect(passed).toEqual([1, 2])
})
