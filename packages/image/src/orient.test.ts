import { test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { failure } from '../test/failure.ts'
import { pictures } from '../test/pictures.ts'
import { type Orientation, orient } from './orient.ts'
import type { Picture } from './picture.ts'

const grey = (...rows: readonly string[]): Picture => ({
  width: rows[0]!.length,
  height: rows.length,
  channels: 1,
  data: Uint8Array.from(rows.join(''), (letter) => letter.charCodeAt(0)),
})
const upright = grey('abc', 'def')

/** What a camera stores of the upright picture, by the row and column that the specification calls the 0th. */
const stored: Record<Orientation, Picture> = {
  1: grey('abc', 'def'),
  2: grey('cba', 'fed'),
  3: grey('fed', 'cba'),
  4: grey('def', 'abc'),
  5: grey('ad', 'be', 'cf'),
  6: grey('cf', 'be', 'ad'),
  7: grey('fc', 'eb', 'da'),
  8: grey('da', 'eb', 'fc'),
}

describe('EXIF orientations', () => {
  test.each(Object.entries(stored))('%s', (orientation, picture) => {
    expect(orient(picture, Number(orientation) as Orientation)).toEqual(upright)
  })

  test.prop([pictures(1, 2, 3, 4)])('undo themselves, but for 6 and 8, which undo each other', (picture) => {
    const back: Record<Orientation, Orientation> = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6 }
    for (const [one, other] of Object.entries(back))
      expect(orient(orient(picture, Number(one) as Orientation), other)).toEqual(picture)
  })

  test.each([0, 9, 1.5, Number.NaN])('%s is none', async (orientation) => {
    const error = await failure(() => orient(upright, orientation as Orientation))
    expect([error.code, error.message]).toEqual([
      'IMAGE_BAD_PICTURE',
      expect.stringContaining(`(=${orientation})`),
    ])
  })
})
