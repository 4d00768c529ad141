import { fc, test } from '@fast-check/vitest'
import { zlibSync } from 'fflate'
import { describe, expect } from 'vitest'
import { bytesOf32, joined, pngChunk, pngSignature } from '../../../test/support/png.ts'
import cases from '../test/fixtures/png.json' with { type: 'json' }
import { failure } from '../test/failure.ts'
import { pictures } from '../test/pictures.ts'
import { writePng } from '../test/write-png.ts'
import { decodeImage } from './decode-image.ts'
import { formats } from './formats/index.ts'
import { encodePng } from './png/encode.ts'

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

describe('PNG: every pixel is the one that scripts/png-cases.py wrote', () => {
  test.each(cases)('$name', async ({ png, pixels, width, height, channels }) => {
    const picture = await decodeImage(fromBase64(png))
    expect(picture).toEqual({ width, height, channels, data: fromBase64(pixels) })
  })
})

describe('formats that are not read', () => {
  test.each([
    ['HEIC', '\0\0\0\x18ftypheic'],
    ['AVIF', '\0\0\0\x1cftypavif'],
    ['TIFF', 'II*\0\x08\0'],
    ['TIFF', 'MM\0*\0\0'],
    ['JPEG XL', '\xff\x0a\x01'],
    ['SVG', '<svg xmlns="">'],
  ])('%s is recognised by its content', async (format, start) => {
    const error = await failure(() => decodeImage(latin1(start), { name: 'shirts/odd.png' }))
    expect(error.code).toBe('IMAGE_UNSUPPORTED')
    expect(error.message).toBe(
      `Reading shirts/odd.png: its content is ${format}, and only PNG, WebP, GIF, JPEG, BMP can be read. ` +
        'Convert it to PNG, or decode it yourself and pass its pixels.',
    )
  })

  test('no format and no bytes', async () => {
    expect((await failure(() => decodeImage(latin1('label,pixel1')))).message).toMatch(
      /^Reading the image: its content is of no known image format, and only PNG, WebP, GIF, JPEG, BMP can be read/,
    )
    expect((await failure(() => decodeImage(new Uint8Array()))).message).toMatch(/it is empty/)
  })

  test('no signature is the start of another', () => {
    const signatures = formats.flatMap((format) => format.signatures)
    for (const one of signatures)
      for (const other of signatures) if (one !== other) expect(other.startsWith(one)).toBe(false)
  })
})

const header = (width: number, height: number, rest = [8, 0, 0, 0, 0]) =>
  pngChunk('IHDR', joined(bytesOf32(width, height), Uint8Array.from(rest)))
const png = (...chunks: Uint8Array[]) => joined(pngSignature, ...chunks, pngChunk('IEND'))
const data = (bytes: Uint8Array) => pngChunk('IDAT', zlibSync(bytes))
const rows = data(new Uint8Array(9 * 10))
const zeros = zlibSync(new Uint8Array(1 << 24), { level: 9 })

describe('a damaged PNG', () => {
  const good = png(header(9, 9), rows)
  test.each<[string, Uint8Array, RegExp]>([
    ['that ends before IEND', good.subarray(0, good.length - 12), /ends too early/],
    ['with a chunk longer than the file', png(header(9, 9), bytesOf32(0xffffffff)), /ends too early/],
    ['without a header', png(rows), /first chunk is IDAT, not IHDR/],
    ['with two headers', png(header(9, 9), header(1, 1), rows), /two chunks IHDR/],
    ['with a short header', png(pngChunk('IHDR', new Uint8Array(12)), rows), /header has 12 bytes/],
    ['without a size', png(header(0, 9), rows), /0 × 9 pixels/],
    ['with 3 bits', png(header(9, 9, [3, 0, 0, 0, 0]), rows), /colour type 0 with 3 bits/],
    ['with 1 bit RGB', png(header(9, 9, [1, 2, 0, 0, 0]), rows), /colour type 2 with 1 bits/],
    ['with colour type 1', png(header(9, 9, [8, 1, 0, 0, 0]), rows), /colour type 1/],
    ['with interlace method 2', png(header(9, 9, [8, 0, 0, 0, 2]), rows), /interlace method/],
    ['with an unknown critical chunk', png(header(9, 9), pngChunk('CgBI'), rows), /critical chunk CgBI/],
    ['with a chunk of no name', png(header(9, 9), pngChunk('a b1'), rows), /not four letters/],
    ['without a palette', png(header(9, 9, [8, 3, 0, 0, 0]), rows), /palette has 0 bytes/],
    [
      'with a palette of part of a colour',
      png(header(9, 9, [8, 3, 0, 0, 0]), pngChunk('PLTE', new Uint8Array(4)), rows),
      /palette has 4 bytes/,
    ],
    [
      'with a colour outside the palette',
      png(header(1, 1, [8, 3, 0, 0, 0]), pngChunk('PLTE', new Uint8Array(3)), data(Uint8Array.of(0, 1))),
      /colour 1 of a palette of 1/,
    ],
    [
      'with more alpha than palette',
      png(
        header(9, 9, [8, 3, 0, 0, 0]),
        pngChunk('PLTE', new Uint8Array(3)),
        pngChunk('tRNS', Uint8Array.of(1, 2)),
        rows,
      ),
      /2 alpha values for 1/,
    ],
    [
      'with half a transparent colour',
      png(header(9, 9), pngChunk('tRNS', Uint8Array.of(1)), rows),
      /tRNS has 1 bytes/,
    ],
    ['with filter 5', png(header(1, 1), data(Uint8Array.of(5, 0))), /filter 5/],
    ['without data', png(header(9, 9)), /0 compressed bytes cannot hold the 90/],
    ['with data that are no zlib stream', png(header(9, 9), pngChunk('IDAT', new Uint8Array(50))), /faulty/],
    ['with too few rows', png(header(9, 9), data(new Uint8Array(89))), /holds 89 of the 90 bytes/],
    ['with too many rows', png(header(9, 9), data(new Uint8Array(91))), /more than the 90 bytes/],
    ['that claims more than it can hold', png(header(20_000, 5_000), rows), /cannot hold/],
    ['whose data are a bomb', png(header(9, 9), pngChunk('IDAT', zeros)), /more than the 90 bytes/],
    [
      'with 2 MB for 90 bytes',
      png(header(9, 9), pngChunk('IDAT', new Uint8Array(2e6))),
      /2000000 compressed bytes for the 90/,
    ],
  ])('%s', async (_, bytes, message) => {
    const error = await failure(() => decodeImage(bytes, { name: 'odd.png' }))
    expect([error.code, error.message]).toEqual(['IMAGE_DAMAGED', expect.stringMatching(message)])
    expect(error.message).toMatch(/^Reading odd\.png: its PNG is damaged: .*\. Save the image again\.$/)
  })

  test('with a wrong checksum', async () => {
    const bytes = good.slice()
    bytes[8 + 25 + 12]! ^= 1
    expect((await failure(() => decodeImage(bytes))).message).toMatch(/checksum of its chunk IDAT is wrong/)
  })

  test('cut at any byte', async () => {
    for (let length = 0; length < good.length; length++) {
      const error = await failure(() => decodeImage(good.subarray(0, length)))
      expect(error.code).toBe(length < 8 ? 'IMAGE_UNSUPPORTED' : 'IMAGE_DAMAGED')
    }
  })

  test('that claims too many pixels is refused unread', async () => {
    const error = await failure(() => decodeImage(png(header(0xffffffff, 0xffffffff))))
    expect([error.code, error.message]).toEqual([
      'IMAGE_TOO_LARGE',
      expect.stringMatching(/4294967295 × 4294967295/),
    ])
    expect((await failure(() => decodeImage(good, { maxPixels: 80 }))).code).toBe('IMAGE_TOO_LARGE')
    expect((await decodeImage(good, { maxPixels: 81 })).width).toBe(9)
  })

  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 })

  test.prop([fc.constantFrom(...cases), damage], { numRuns: 2000 })(
    'is refused, or decodes to as many values as it says',
    async ({ png: text }, changes) => {
      const bytes = fromBase64(text)
      for (const [at, value] of changes) bytes[at % bytes.length] = value
      await expectDecodedOrRefused(bytes)
    },
  )

  const kinds = fc.constantFrom(
    ...([
      [0, 1],
      [0, 16],
      [2, 8],
      [3, 2],
      [4, 8],
      [6, 16],
    ] as const),
  )
  test.prop([kinds, fc.boolean(), fc.uint8Array({ maxLength: 300 }), fc.boolean()], { numRuns: 1000 })(
    'with correct checksums around arbitrary data is refused, or decodes to as many values as it says',
    async ([colourType, depth], interlaced, bytes, compressed) => {
      const palette = colourType === 3 ? [pngChunk('PLTE', new Uint8Array(6))] : []
      const content = compressed ? zlibSync(bytes) : bytes
      const format = header(5, 4, [depth, colourType, 0, 0, Number(interlaced)])
      await expectDecodedOrRefused(png(format, ...palette, pngChunk('IDAT', content)))
    },
  )
})

async function expectDecodedOrRefused(bytes: Uint8Array): Promise<void> {
  const found = await decodeImage(bytes).catch((error: unknown) => error as Error)
  if (found instanceof Error) expect(found).toMatchObject({ name: 'TreadleError', code: /^IMAGE_/ })
  else expect(found.data).toHaveLength(found.width * found.height * found.channels)
}

test('bombs in chunks that pixels do not depend on are not unpacked', async () => {
  const bomb = joined(latin1('x\0\0'), zeros)
  for (const type of ['iCCP', 'zTXt', 'iTXt'])
    expect((await decodeImage(png(header(9, 9), pngChunk(type, bomb), rows))).data).toEqual(
      new Uint8Array(81),
    )
})

describe('encodePng', () => {
  test.prop([pictures(1, 2, 3, 4)], { numRuns: 300 })('decodes to the same picture', async (picture) => {
    expect(await decodeImage(encodePng(picture))).toEqual(picture)
  })

  test('is smaller than the pixels where neighbours are alike', () => {
    const slope = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i % 64) + Math.floor(i / 64))
    expect(encodePng({ width: 64, height: 64, channels: 1, data: slope }).length).toBeLessThan(500)
  })

  test('refuses what is no picture', async () => {
    const picture = { width: 2, height: 2, channels: 3, data: new Uint8Array(11) } as const
    const error = await failure(() => encodePng(picture))
    expect([error.code, error.message]).toEqual([
      'IMAGE_BAD_PICTURE',
      'Encoding a PNG: `data` has 11 values; 2 × 2 pixels of 3 channels need 12.',
    ])
    expect((await failure(() => encodePng({ ...picture, width: 0 }))).message).toMatch(/`width` \(=0\)/)
    expect((await failure(() => encodePng({ ...picture, channels: 5 as never }))).message).toMatch(
      /`channels` \(=5\)/,
    )
  })
})

test('a stream that is stored in blocks, with its rows interlaced', async () => {
  const samples = Array.from({ length: 300 * 3 }, (_, i) => (i * 31) % 65_536)
  const file = writePng({ width: 30, height: 10, colorType: 2, bitDepth: 16, interlaced: true, samples })
  expect([...(await decodeImage(file)).data]).toEqual(samples.map((sample) => Math.round(sample / 257)))
})
