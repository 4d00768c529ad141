import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { inFloats, pictures } from '../../test/pictures.ts'
import { FittedRows } from './fitted-rows.ts'
import { solid } from './opaque.ts'
import { fitted } from './preprocess.ts'

const side = fc.integer({ min: 1, max: 6 })
const contracts = fc.record({
  height: side,
  width: side,
  channels: fc.constantFrom(1 as const, 3 as const),
  scale: fc.constant(1 / 255),
  offset: fc.constant(0),
  invert: fc.constantFrom(true, 'auto' as const),
  trim: fc.constant(false),
  fit: fc.constantFrom('crop' as const, 'pad' as const, 'contain' as const, 'stretch' as const),
  filter: fc.constantFrom('area' as const, 'bilinear' as const),
  margin: fc.constant(0),
  background: fc.constantFrom('#000000', '#12ab0f', 'auto'),
  trainedOn: fc.constantFrom('files' as const, 'arrays' as const),
})

test.prop([pictures(1, 2, 3, 4), contracts, fc.integer({ min: 1, max: 7 }), fc.boolean()])(
  'rows that arrive in groups are fitted as a whole picture is',
  (bytes, contract, together, asFloats) => {
    const picture = asFloats && contract.trainedOn === 'arrays' ? inFloats(bytes) : bytes
    const { width, height, channels, data } = picture
    fc.pre(width !== contract.width || height !== contract.height)
    const rows = new FittedRows(contract, width, height, solid(picture, contract.background))
    const group = width * channels * together
    for (let at = 0; at < data.length; at += group) rows.add(data.slice(at, at + group), channels)
    const { picture: own, border } = rows.finish()
    const expected = fitted(picture, contract)
    expect({ ...own, data: [...own.data] }).toEqual({
      ...expected.picture,
      data: [...expected.picture.data],
    })
    expect(border).toEqual(expected.border)
  },
)
