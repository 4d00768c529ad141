import { TreadleError } from '@treadle/core'
import { describe, expect, test } from 'vitest'
import { concat } from './bytes.ts'
import { cachedPart } from './cached-part.ts'
import { memoryPart } from './memory-part.ts'
import type { DatasetWarning } from './options.ts'
import type { Cache, Part } from './platform.ts'

type Step = 'begin' | 'append' | 'reset' | 'commit'

/** A cache with room for `room` bytes whose `failing` step fails, as a disk does. `log` says what became of its part. */
function failingCache(failing: Step, room: number): { cache: Cache; log: string[] } {
  const log: string[] = []
  const fail = (step: Step) => {
    if (step === failing) throw new TreadleError('DATASET_CACHE', `${step} failed.`)
  }
  const begin = async (name: string): Promise<Part> => {
    fail('begin')
    const kept = memoryPart(name)
    return {
      get size() {
        return kept.size
      },
      append: async (bytes) => {
        if (kept.size + bytes.length > room) fail('append')
        await kept.append(bytes)
      },
      reset: async () => {
        fail('reset')
        await kept.reset()
      },
      // As after a write that a full disk cut short: more bytes than the part counts.
      file: () => ({ ...kept.file(), stream: () => withRest(kept.file().stream(), Uint8Array.of(99, 99)) }),
      commit: async () => fail('commit'),
      close: async ({ keep }) => void log.push(keep ? 'kept' : 'thrown away'),
    }
  }
  const cache = {
    location: 'a full disk',
    find: async () => undefined,
    begin,
    remove: async () => {},
    sweep: async () => {},
  }
  return { cache, log }
}

async function* withRest(chunks: AsyncIterable<Uint8Array>, rest: Uint8Array): AsyncGenerator<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  yield concat([...all, rest])
}

async function contents(part: Part): Promise<number[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of part.file().stream()) chunks.push(chunk)
  return [...concat(chunks)].slice(0, part.size)
}

describe('a cache that fails at', () => {
  test.each<[Step, string[]]>([
    ['begin', []],
    ['append', ['thrown away']],
    ['commit', ['thrown away']],
  ])('%s loses nothing, and one warning says so', async (failing, fate) => {
    const { cache, log } = failingCache(failing, 5)
    const warnings: DatasetWarning[] = []
    const part = await cachedPart(cache, 'set/a.gz', (warning) => warnings.push(warning))
    for (const bytes of [[1, 2], [3, 4, 5], [6], [7, 8]]) await part.append(Uint8Array.from(bytes))
    expect(part.size).toBe(8)
    expect(await contents(part)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    await part.commit()
    expect(log).toEqual(fate)
    expect(warnings).toEqual([
      { code: 'DATASET_CACHE', message: expect.stringMatching(`${failing} failed.*not cached`) },
    ])
  })

  test('reset starts again in memory', async () => {
    const { cache, log } = failingCache('reset', 5)
    const part = await cachedPart(cache, 'set/a.gz', undefined)
    await part.append(Uint8Array.of(1))
    await part.reset()
    await part.append(Uint8Array.of(2, 3))
    expect(await contents(part)).toEqual([2, 3])
    expect(log).toEqual(['thrown away'])
  })
})

test('a defect is not taken for a full disk', async () => {
  const { cache } = failingCache('begin', 5)
  const broken: Cache = { ...cache, begin: () => Promise.reject(new RangeError('a defect')) }
  await expect(cachedPart(broken, 'set/a.gz', undefined)).rejects.toThrow(RangeError)
})
