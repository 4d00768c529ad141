import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import cases from '../../test/fixtures/pictures.json' with { type: 'json' }
import { joined } from '../../../../test/support/png.ts'
import { failure } from '../../test/failure.ts'
import { decodeImage } from '../decode-image.ts'

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const byName = (name: string) => {
  const found = cases.find((one) => one.name === name)
  if (!found) throw new Error(`There is no case ${name}.`)
  return fromBase64(found.file)
}

describe('every pixel is the one that scripts/picture-cases.py states', () => {
  test.each(cases)('$name', async ({ file, pixels, width, height, channels }) => {
    const expected = { width, height, channels, data: fromBase64(pixels) }
    expect(await decodeImage(fromBase64(file))).toEqual(expected)
  })
})

test('decoding leaves no global behind', async () => {
  const before = new Set(Object.getOwnPropertyNames(globalThis))
  await Promise.all(cases.slice(0, 20).map(({ file }) => decodeImage(fromBase64(file))))
  await Promise.all(
    cases.filter(({ name }) => name.startsWith('WebP')).map(({ file }) => decodeImage(fromBase64(file))),
  )
  expect(Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name))).toEqual([])
})

describe('a damaged file', () => {
  /** One file of each way of coding. */
  const samples = [
    'JPEG 4:2:0 33x3 baseline',
    'JPEG 4:2:0 33x3 progressive',
    'JPEG CMYK 19x10',
    'WebP lossy 33x10',
    'WebP lossless with alpha 33x10',
    'WebP animated lossy',
    'GIF 200 colours 7x5',
    'GIF interlaced',
    'BMP 4 bits 9x4',
    'BMP RLE8 300x4',
    'BMP 16 bits 565 9x4',
    'BMP 32 bits with alpha, header of 124 9x4',
  ]

  test.each(samples)('%s, cut at any byte, is an error or complete', async (name) => {
    const whole = byName(name)
    const complete = await decodeImage(whole)
    for (let length = 0; length < whole.length; length += 1 + Math.floor(whole.length / 120)) {
      const found = await decodeImage(whole.subarray(0, length)).catch((error: unknown) => error as Error)
      if (found instanceof Error) expect(found).toMatchObject({ name: 'TreadleError', code: /^IMAGE_/ })
      // Bytes after the last pixel may be missing.
      else expect([length, found]).toEqual([length, complete])
    }
  })

  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 })

  test.prop([fc.constantFrom(...cases), damage], { numRuns: 500 })(
    'is an error, or decodes to as many values as it says',
    async ({ file }, changes) => {
      const bytes = fromBase64(file)
      for (const [at, value] of changes) bytes[at % bytes.length] = value
      const found = await decodeImage(bytes, { maxPixels: 2 ** 16 }).catch((error: unknown) => error as Error)
      if (found instanceof Error) expect(found).toMatchObject({ name: 'TreadleError', code: /^IMAGE_/ })
      else expect(found.data).toHaveLength(found.width * found.height * found.channels)
    },
  )

  test('that claims more pixels than it can hold is refused before it is decoded', async () => {
    const jpeg = byName('JPEG grey 33x3 baseline').slice()
    const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0)
    jpeg.set([0x27, 0x10, 0x27, 0x10], frame + 5)
    expect((await failure(() => decodeImage(jpeg))).message).toMatch(/cannot hold 10000 × 10000 pixels/)
    expect((await failure(() => decodeImage(jpeg, { maxPixels: 1e6 }))).code).toBe('IMAGE_TOO_LARGE')
    const bmp = byName('BMP RLE8 12x7').slice()
    new DataView(bmp.buffer).setInt32(18, 11_000, true)
    new DataView(bmp.buffer).setInt32(22, 11_000, true)
    expect((await failure(() => decodeImage(bmp))).message).toMatch(/cannot hold 11000 × 11000 pixels/)
    const gif = byName('GIF 200 colours 7x5').slice()
    gif.set([0x10, 0x27, 0x10, 0x27], 6)
    expect((await decodeImage(gif, { maxPixels: 2 ** 27 })).width).toBe(10_000)
    expect((await failure(() => decodeImage(gif, { maxPixels: 1e6 }))).code).toBe('IMAGE_TOO_LARGE')
  })

  test('of many scans is refused', async () => {
    const file = byName('JPEG grey 33x3 progressive')
    const scan = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xda)
    const [head, tail] = [file.subarray(0, scan), file.subarray(scan)]
    const many = joined(head, ...Array.from({ length: 120 }, () => tail.subarray(0, -2)), tail)
    expect((await failure(() => decodeImage(many))).message).toMatch(/scans; at most 100/)
  })

  test('decodes no worse after it: the next file is right', async () => {
    for (const kind of ['JPEG 4:2:0 33x3 baseline', 'WebP lossy 33x10']) {
      const whole = byName(kind)
      const complete = await decodeImage(whole)
      await failure(() => decodeImage(whole.subarray(0, Math.floor(whole.length * 0.7))))
      expect(await decodeImage(whole)).toEqual(complete)
    }
  })
})
