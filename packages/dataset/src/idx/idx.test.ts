import { isTreadleError } from '@treadle/core'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { failure } from '../../test/failure.ts'
import { gzipped } from '../../test/gzipped.ts'
import { concat } from '../bytes.ts'
import { type IdxArray, type IdxDtype, dtypes } from './format.ts'
import { type ReadIdxOptions, readIdx } from './read.ts'
import { writeIdx } from './write.ts'

const shape = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 })

const arrays: fc.Arbitrary<IdxArray> = fc
  .record({ dtype: fc.constantFrom(...(Object.keys(dtypes) as IdxDtype[])), shape })
  .chain(({ dtype, shape: sizes }) => {
    const { bytes, view } = dtypes[dtype]
    const length = sizes.reduce((product, size) => product * size, bytes)
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((raw) => ({ dtype, shape: sizes, data: new view(raw.buffer) }) as IdxArray)
  })

async function bytesOf(array: IdxArray, options?: { gzip: boolean }): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of writeIdx(array, options)) chunks.push(chunk)
  return concat(chunks)
}

/** NaN has many bit patterns, and all must survive. */
function bits({ dtype, shape: sizes, data }: IdxArray) {
  return { dtype, shape: sizes, bytes: [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)] }
}

/** `bytes` in pieces of the given sizes, over and over. */
function* pieces(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const end = start + (sizes[turn % sizes.length] as number)
    yield bytes.subarray(start, end)
    start = end
  }
}

describe('what is written is read', () => {
  test.prop([arrays, fc.boolean()])('for every type and shape, gzipped or not', async (array, gzip) => {
    expect(bits(await readIdx(await bytesOf(array, { gzip })))).toEqual(bits(array))
  })

  test.prop([arrays, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), fc.boolean()])(
    'however the stream is cut',
    async (array, sizes, gzip) => {
      const bytes = await bytesOf(array, { gzip })
      expect(bits(await readIdx(pieces(bytes, sizes)))).toEqual(bits(array))
    },
  )

  test('over several blocks, and past the room made at first', async () => {
    const data = Int16Array.from({ length: 1_500_000 }, (_, index) => index * 7)
    const array: IdxArray = { dtype: 'int16', shape: [1500, 1000], data }
    const stream = new Blob([Uint8Array.from(await bytesOf(array))]).stream()
    const read = await readIdx(stream)
    expect(read.data.every((value, index) => value === data[index])).toBe(true)
    expect(read.data.length).toBe(data.length)
  })

  test('from a Blob and an ArrayBuffer', async () => {
    const array: IdxArray = { dtype: 'uint8', shape: [3], data: Uint8Array.of(7, 8, 9) }
    const bytes = Uint8Array.from(await bytesOf(array))
    expect(bits(await readIdx(new Blob([bytes])))).toEqual(bits(array))
    expect(bits(await readIdx(bytes.buffer))).toEqual(bits(array))
  })
})

test('values are big-endian in the file', async () => {
  const int32: IdxArray = { dtype: 'int32', shape: [1], data: Int32Array.of(0x01020304) }
  expect([...(await bytesOf(int32))]).toEqual([0, 0, 0x0c, 1, 0, 0, 0, 1, 1, 2, 3, 4])
  const bytes = Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 2, 0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0)
  expect([...(await readIdx(bytes)).data]).toEqual([1, -2.5])
})

const three = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3)
const changed = (changes: Record<number, number>) => Object.assign(three.slice(), changes)

describe('bad files are told apart', () => {
  test.each<[string, string, Uint8Array, RegExp]>([
    ['nothing at all', 'DATASET_TRUNCATED', new Uint8Array(0), /ends after 0 bytes/],
    ['half a header', 'DATASET_TRUNCATED', three.subarray(0, 6), /ends after 6 bytes/],
    ['too few values', 'DATASET_TRUNCATED', three.subarray(0, 10), /ends after 10 bytes.*needs 11/],
    ['too many values', 'DATASET_EXTRA_BYTES', concat([three, three]), /declares 3 bytes/],
    ['a web page', 'DATASET_BAD_MAGIC', new TextEncoder().encode('<!DOCTYPE html>'), /starts with "<!DO"/],
    ['an unknown type', 'DATASET_UNKNOWN_DTYPE', changed({ 2: 0x0a }), /0x0A.*0x08 uint8/],
    ['no dimension', 'DATASET_BAD_SHAPE', changed({ 3: 0 }), /declares 0 dimensions/],
    ['an empty dimension', 'DATASET_BAD_SHAPE', changed({ 7: 0 }), /\[0\].*at least 1/],
    ['more than there may be', 'DATASET_TOO_LARGE', changed({ 4: 0xff }), /4,278,190,083 bytes/],
  ])('%s: %s', async (_, code, bytes, message) => {
    for (const given of [bytes, await gzipped(bytes)]) {
      const error = await failure(() => readIdx(given, { name: 'some-file' }))
      expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)])
      expect(error.message).toContain('some-file')
    }
  })

  test('255 huge dimensions', async () => {
    const bytes = new Uint8Array(4 + 4 * 255).fill(0xff)
    bytes.set([0, 0, 0x0e, 255])
    expect((await failure(() => readIdx(bytes))).code).toBe('DATASET_TOO_LARGE')
  })

  test.prop([arrays, fc.nat(), fc.integer({ min: 1, max: 255 })])(
    'gzip damaged anywhere or cut short',
    async (array, at, flip) => {
      const packed = await gzipped(await bytesOf(array))
      const cut = packed.subarray(0, 2 + (at % (packed.length - 2)))
      expect((await failure(() => readIdx(cut))).code).toBe('DATASET_BAD_GZIP')
      // The sum over the contents is in the last eight bytes, so no change there or in the data goes unseen.
      const position = packed.length - 1 - (at % 8)
      const damaged = Uint8Array.from(packed)
      damaged[position] = (damaged[position] as number) ^ flip
      expect((await failure(() => readIdx(damaged))).code).toBe('DATASET_BAD_GZIP')
    },
  )

  test('a source that is no source', async () => {
    expect((await failure(() => readIdx(5 as unknown as Uint8Array))).code).toBe('DATASET_BAD_SOURCE')
    const words = ['text'] as unknown as Uint8Array[]
    expect((await failure(() => readIdx(words))).code).toBe('DATASET_BAD_SOURCE')
  })
})

async function outcome(bytes: Uint8Array, options: ReadIdxOptions): Promise<'read' | 'refused'> {
  try {
    const { data, shape: sizes } = await readIdx(bytes, options)
    expect(data.length).toBe(sizes.reduce((product, size) => product * size, 1))
    return 'read'
  } catch (error) {
    if (!isTreadleError(error)) throw error
    return 'refused'
  }
}

describe('whatever comes in, only a TreadleError comes out', () => {
  test.prop([fc.uint8Array({ maxLength: 64 })], { numRuns: 500 })('from any bytes', async (bytes) => {
    await outcome(bytes, {})
  })

  test.prop([fc.uint8Array({ maxLength: 64 })], { numRuns: 200 })(
    'from any bytes behind a right start',
    async (bytes) => {
      await outcome(concat([Uint8Array.of(0, 0, 8, 1 + ((bytes[0] ?? 0) % 4)), bytes]), {})
      await outcome(concat([Uint8Array.of(0x1f, 0x8b, 8, 0), bytes]), {})
    },
  )

  test.prop([arrays, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat(), fc.boolean()], {
    numRuns: 300,
  })('from files with bytes changed and ends cut', async (array, changes, length, gzip) => {
    const bytes = Uint8Array.from(await bytesOf(array, { gzip }))
    for (const [at, value] of changes) bytes[at % bytes.length] = value
    await outcome(bytes.subarray(0, length % 3 === 0 ? length % bytes.length : bytes.length), {})
  })
})

async function* broken(): AsyncGenerator<Uint8Array> {
  yield three.subarray(0, 5)
  throw new RangeError('the line is cut')
}

describe('a stream', () => {
  test('that never goes on ends with the signal', async () => {
    const controller = new AbortController()
    let returned = false
    let start: (() => void) | undefined
    const started = new Promise<void>((resolve) => (start = resolve))
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          start?.()
          return new Promise<never>(() => {})
        },
        return: async () => {
          returned = true
          return { done: true, value: undefined }
        },
      }),
    }
    const reading = readIdx(source, { signal: controller.signal })
    await started
    controller.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
    expect(returned).toBe(true)
  })

  test('keeps its own error', async () => {
    await expect(readIdx(broken())).rejects.toThrow(RangeError)
  })

  test('is not asked at all when the signal has already aborted', async () => {
    const stop = AbortSignal.abort(new Error('too late'))
    await expect(readIdx(three, { signal: stop })).rejects.toThrow('too late')
  })

  test('is let go when its bytes are bad', async () => {
    let cancelled = false
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('nonsense')),
      cancel: () => void (cancelled = true),
    })
    await failure(() => readIdx(stream))
    expect(cancelled).toBe(true)
  })

  test('reports progress up to the size in the header', async () => {
    const events: [string, number, number | undefined][] = []
    await readIdx(pieces(three, [4]), {
      name: 'three',
      onProgress: ({ phase, loaded, total }) => events.push([phase, loaded, total]),
    })
    expect(events).toEqual([
      ['read', 4, undefined],
      ['read', 8, 11],
      ['read', 11, 11],
      ['verify', 11, 11],
    ])
  })
})

describe('the writer refuses', () => {
  test.each<[string, string, unknown]>([
    ['a shape of another size', 'DATASET_BAD_SHAPE', { dtype: 'uint8', shape: [4], data: new Uint8Array(3) }],
    ['no dimension', 'DATASET_BAD_SHAPE', { dtype: 'uint8', shape: [], data: new Uint8Array(1) }],
    ['an empty dimension', 'DATASET_BAD_SHAPE', { dtype: 'uint8', shape: [0], data: new Uint8Array(0) }],
    ['an unknown type', 'DATASET_BAD_OPTION', { dtype: 'uint16', shape: [1], data: new Uint16Array(1) }],
    ['data of another type', 'DATASET_BAD_OPTION', { dtype: 'int8', shape: [1], data: new Uint8Array(1) }],
  ])('%s', async (_, code, array) => {
    for (const gzip of [false, true]) {
      expect((await failure(() => bytesOf(array as IdxArray, { gzip }))).code).toBe(code)
    }
  })
})
