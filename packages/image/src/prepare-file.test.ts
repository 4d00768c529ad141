import type { Preprocessing } from '@treadle/core'
import { expect, test } from 'vitest'
import others from '../test/fixtures/pictures.json' with { type: 'json' }
import pngs from '../test/fixtures/png.json' with { type: 'json' }
import { decodeImage } from './decode-image.ts'
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
