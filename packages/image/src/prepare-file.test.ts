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
    expect([...size, channels]).toEqual([width, height, 3])
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
