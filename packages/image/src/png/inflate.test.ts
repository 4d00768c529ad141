import { fc, test } from '@fast-check/vitest'
import { zlibSync } from 'fflate'
import { describe, expect } from 'vitest'
import { bytesOf32, joined, pngChunk, pngSignature, zlibStored } from '../../../../test/support/png.ts'
import { failure } from '../../test/failure.ts'
import { decodeImage } from '../decode-image.ts'
import type { Picture } from '../picture.ts'
import { adler32 } from './adler32.ts'
import { inflate as inflateStream } from './inflate-stream.ts'

const SIDE = 40
const rows = (bytes = SIDE * (SIDE + 1)) =>
  Uint8Array.from({ length: bytes }, (_, i) => (i % (SIDE + 1) === 0 ? 0 : (i * i) % 251))

/** A grey PNG of 40 × 40 pixels around a zlib stream, in chunks of `part` bytes. */
const grey = (packed: Uint8Array, interlaced = 0, side = SIDE, part = packed.length): Uint8Array =>
  joined(
    pngSignature,
    pngChunk('IHDR', joined(bytesOf32(side, side), Uint8Array.of(8, 0, 0, 0, interlaced))),
    ...Array.from({ length: Math.ceil(packed.length / part) }, (_, i) =>
      pngChunk('IDAT', packed.subarray(i * part, (i + 1) * part)),
    ),
    pngChunk('IEND'),
  )
const changed = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes.at(at) as number) ^ 1)
const messageOf = async (png: Uint8Array) => {
  const { code, message } = await failure(() => decodeImage(png))
  expect(code).toBe('IMAGE_DAMAGED')
  return message
}

const packers = [
  ['compressed', (bytes: Uint8Array) => zlibSync(bytes)],
  ['stored', zlibStored],
] as const

describe.each(packers)('a zlib stream, %s', (_, packed) => {
  const stream = packed(rows())
  const faulty = /faulty, end too early, or have a wrong checksum/

  test.each([-4, -3, -2, -1])('with a wrong Adler-32 sum is an error (byte %i)', async (at) => {
    expect(await messageOf(grey(changed(stream, stream.length + at)))).toMatch(faulty)
  })

  test('cut anywhere is an error', async () => {
    for (const length of [stream.length - 1, stream.length - 4, stream.length - 5, stream.length >> 1])
      expect(await messageOf(grey(stream.subarray(0, length)))).toMatch(faulty)
  })

  test.each([1, 4, 1000, 30_000])('followed by %i bytes gives the same picture', async (count) => {
    const picture = await decodeImage(grey(stream))
    const after = Uint8Array.from({ length: count }, (__, i) => i)
    expect(await decodeImage(grey(joined(stream, after)))).toEqual(picture)
    const wrong = grey(joined(changed(stream, stream.length - 1), after))
    expect(await messageOf(wrong)).toMatch(faulty)
  })

  test.each([
    ['in one pass', 0, SIDE],
    ['interlaced', 1, 75],
  ])('of a row too many or too few, %s, is an error', async (__, interlaced, rowsOfPasses) => {
    const length = SIDE * SIDE + rowsOfPasses
    expect((await decodeImage(grey(packed(new Uint8Array(length)), interlaced))).width).toBe(SIDE)
    expect(await messageOf(grey(packed(new Uint8Array(length + 1)), interlaced))).toMatch(
      `holds more than the ${length} bytes`,
    )
    expect(await messageOf(grey(packed(new Uint8Array(length - 1)), interlaced))).toMatch(
      `holds ${length - 1} of the ${length} bytes`,
    )
  })
})

test('a picture of more than a megabyte is streamed, to the same pixels', async () => {
  const side = 1100
  const pixels = Uint8Array.from({ length: side * side }, (_, i) => (i * 7) >> 4)
  const lines = new Uint8Array(side * (side + 1))
  for (let y = 0; y < side; y++) lines.set(pixels.subarray(y * side, (y + 1) * side), y * (side + 1) + 1)
  const packed = zlibSync(lines)
  const expected: Picture = { width: side, height: side, channels: 1, data: pixels }
  expect(await decodeImage(grey(packed, 0, side))).toEqual(expected)
  expect(await decodeImage(grey(joined(packed, new Uint8Array(9)), 0, side))).toEqual(expected)
  for (const part of [70, 2000]) expect(await decodeImage(grey(packed, 0, side, part))).toEqual(expected)
  expect(await messageOf(grey(changed(packed, packed.length - 1), 0, side))).toMatch(/wrong checksum/)
  expect(await messageOf(grey(packed.subarray(0, packed.length >> 1), 0, side))).toMatch(/end too early/)
  expect(await messageOf(grey(zlibSync(joined(lines, new Uint8Array(9))), 0, side))).toMatch(
    /holds more than/,
  )
})

describe('maxBytes', () => {
  const sixteen = joined(
    pngSignature,
    pngChunk('IHDR', joined(bytesOf32(3, 2), Uint8Array.of(16, 6, 0, 0, 0))),
    pngChunk('IDAT', zlibStored(new Uint8Array(2 * (1 + 3 * 8)))),
    pngChunk('IEND'),
  )

  test('limits the bytes of the rows, with the filter bytes', async () => {
    expect((await decodeImage(sixteen, { maxBytes: 50 })).data).toEqual(new Uint8Array(24))
    const error = await failure(() => decodeImage(sixteen, { maxBytes: 49, name: 'deep.png' }))
    expect([error.code, error.message]).toEqual([
      'IMAGE_TOO_LARGE',
      'Reading deep.png: its rows have 50 bytes, more than `maxBytes` (=49). Make it smaller.',
    ])
  })

  test('refuses by default 16 bits of 4 channels in 2^27 pixels, unread', async () => {
    const claim = joined(
      pngSignature,
      pngChunk('IHDR', joined(bytesOf32(11_585, 11_585), Uint8Array.of(16, 6, 0, 0, 0))),
      pngChunk('IDAT'),
      pngChunk('IEND'),
    )
    expect((await failure(() => decodeImage(claim))).code).toBe('IMAGE_TOO_LARGE')
    expect((await failure(() => decodeImage(claim, { maxBytes: 2 ** 30 + 2 ** 27 }))).message).toMatch(
      /0 compressed bytes cannot hold/,
    )
  })

  test.each([0, -1, Number.NaN])('%d is an error', async (maxBytes) => {
    expect((await failure(() => decodeImage(sixteen, { maxBytes }))).code).toBe('IMAGE_BAD_OPTION')
  })
})

test.prop([fc.uint8Array({ minLength: 1, maxLength: 3000 }), fc.uint8Array({ maxLength: 40 })], {
  numRuns: 100,
})('DecompressionStream gives all bytes of a stream, in order, whatever follows it', async (bytes, after) => {
  const pieces: Uint8Array[] = []
  await inflateStream([joined(zlibSync(bytes), after)], bytes.length, (piece) => void pieces.push(piece))
  expect(joined(...pieces)).toEqual(bytes)
})

test('what `take` throws ends the work', async () => {
  let calls = 0
  const error = new Error('enough')
  const work = inflateStream([zlibStored(new Uint8Array(300_000))], 300_000, () => {
    calls++
    throw error
  })
  await expect(work).rejects.toBe(error)
  expect(calls).toBe(1)
})

// RFC 1950, and bytes that overflow 32 bits unless the sums are reduced.
test('adler32', () => {
  const text = new TextEncoder().encode('Wikipedia')
  expect(adler32(text)).toBe(0x11e60398)
  expect(adler32(text.subarray(4), adler32(text.subarray(0, 4)))).toBe(0x11e60398)
  expect(adler32(new Uint8Array(100_000).fill(255))).toBe(
    new DataView(zlibStored(new Uint8Array(100_000).fill(255)).buffer).getUint32(100_000 + 2 + 2 * 5),
  )
})
