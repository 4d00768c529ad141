import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { createMemory } from './memory.ts'

test.prop([
  fc.array(fc.tuple(fc.integer({ min: 0, max: 300_000 }), fc.nat()), { maxLength: 60 }),
  fc.boolean(),
])('rooms are aligned, apart, inside the memory, and used again', (orders, shared) => {
  const { memory, allocate, free } = createMemory({ shared })
  const taken: { from: number; to: number }[] = []
  for (const [bytes, pick] of orders) {
    if (pick % 3 === 0 && taken.length > 0) {
      free((taken.splice(pick % taken.length, 1)[0] as { from: number }).from)
      continue
    }
    const from = allocate(bytes)
    expect(from % 64).toBe(0)
    expect(from).toBeGreaterThan(0)
    expect(from + bytes).toBeLessThanOrEqual(memory.buffer.byteLength)
    for (const other of taken) expect(from >= other.to || from + bytes <= other.from).toBe(true)
    taken.push({ from, to: from + bytes })
  }
  const size = memory.buffer.byteLength
  for (const { from } of taken) free(from)
  if (size > 65_536) allocate(size - 128)
  expect(memory.buffer.byteLength).toBe(size)
})

test('what was not handed out cannot be freed, twice neither', () => {
  const { allocate, free } = createMemory()
  const address = allocate(10)
  free(address)
  expect(() => free(address)).toThrow(/nothing was allocated there/)
})

test('a memory at its maximum says so', () => {
  const { allocate } = createMemory({ maximumBytes: 1 << 20 })
  expect(() => allocate(2 << 20)).toThrow(/cannot grow beyond its maximum/)
  expect(allocate(1000)).toBeGreaterThan(0)
})
