import type { Preprocessing } from '@treadle/core'
import { expect, test } from 'vitest'
import others from '../test/fixtures/pictures.json' with { type: 'json' }
import pngs from '../test/fixtures/png.json' with { type: 'json' }
import { decodeAs, decodeImage } from './decode-image.ts'
import { encodePng } from './png/encode.ts'
import { prepareFile, preparePicture } from './prepare-file.ts'

const files = [...pngs.map(({ png }) => png), ...others.map(({ file }) => file)].map((text) =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)),
)
const contract: Preprocessing = {
  height: 5,
  width: 4,
  channels: 1,
  scale: 1 / 255,
  offset: 0,
  invert: 'auto',
  trim: true,
  fit: 'contain',
  filter: 'area',
  margin: 0,
  background: 'auto',
  trainedOn: 'arrays',
}

test('a decoder that gives rows gives those of the upright picture', async () => {
  let taken = 0
  for (const bytes of files.filter((_, index) => index % 2 === 0)) {
    const rows: number[] = []
    let size: number[] | undefined
    const picture = await decodeAs(bytes, {}, (...given) => {
      size = given
      return { add: (more) => rows.push(...more) }
    })
    const { width, height, channels, data } = await decodeImage(bytes)
    expect(picture === undefined).toBe(size !== undefined)
    if (size === undefined) continue
    taken++
    expect(size).toEqual([width, height, channels])
    expect(rows).toEqual([...data])
  }
  expect(taken).toBeGreaterThan(50)
})

test('whether a large picture has colours is seen in its rows', async () => {
  const [width, height] = [300, 250]
  const grey = Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) * 7) % 256)
  const coloured = grey.slice()
  coloured[width * 120 * 3]! ^= 1
  for (const data of [grey, coloured]) {
    const picture = { width, height, channels: 3, data } as const
    const options = {
      contract: { ...contract, trim: false, trainedOn: 'files', fit: 'pad', background: '#204060' },
      undecided: { size: false, channels: true, background: false },
    } as const
    const prepared = await prepareFile(encodePng(picture), options)
    expect(prepared).toEqual(preparePicture(picture, options))
    expect(prepared).toMatchObject({ coloured: data === coloured, channels: data === coloured ? 3 : 1 })
  }
})

test('rows with alpha are prepared as the whole picture is', async () => {
  const [width, height] = [331, 198]
  const pixels = (alpha: (i: number) => number, red = 0) =>
    Uint8Array.from({ length: width * height * 4 }, (_, at) => {
      const i = Math.floor(at / 4)
      if (at % 4 === 3) return alpha(i)
      return ((i * 7) % 200) + (at % 4 === 0 && i > 4000 ? red : 0)
    })
  const data = [
    pixels(() => 255),
    pixels(() => 255, 9),
    pixels((i) => i % 256),
    pixels((i) => i % 256, 9),
    // A single pixel is transparent, the last.
    pixels((i) => (i === width * height - 1 ? 254 : 255), 9),
  ]
  const own = { ...contract, trim: false, trainedOn: 'files' } as const
  for (const [i, each] of data.entries()) {
    const picture = { width, height, channels: 4, data: each } as const
    const file = encodePng(picture)
    for (const background of ['auto', '#3070a0'])
      for (const channels of [1, 3] as const)
        for (const undecided of [
          undefined,
          { size: false, channels: channels === 1, background: false },
          { size: false, channels: channels === 1, background: true },
        ]) {
          const options = { contract: { ...own, background, channels }, undecided }
          const prepared = await prepareFile(file, options)
          expect(prepared).toEqual(preparePicture(picture, options))
          // An opaque picture waits for no background, though its file has alpha.
          expect(prepared.waiting === undefined).toBe(i < 2 || undecided?.background !== true)
          const trimmed = {
            ...options,
            contract: { ...options.contract, trim: true, trainedOn: 'arrays' as const },
          }
          if (!undecided?.channels)
            expect(await prepareFile(file, trimmed)).toEqual(preparePicture(picture, trimmed))
        }
  }
})

// Colours become grey while a file is decoded.
test.each<[string, Preprocessing]>([
  ['floats', contract],
  ['bytes', { ...contract, trainedOn: 'files', fit: 'crop', filter: 'bilinear', background: '#204060' }],
])('a grey network gets the %s of the decoded picture', async (_, own) => {
  for (const bytes of files)
    expect(await prepareFile(bytes, { contract: own, values: 'input' })).toEqual(
      preparePicture(await decodeImage(bytes), { contract: own, values: 'input' }),
    )
})
