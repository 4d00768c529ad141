import { packTar } from 'modern-tar'
import { describe, expect, test } from 'vitest'
import { dropped } from '../../test/dropped.ts'
import { failure } from '../../test/failure.ts'
import { gzipped } from '../../test/gzipped.ts'
import { housingRows, splitRows } from './features.ts'
import { californiaHousingInfo } from './info.ts'
import { loadCaliforniaHousing } from './load.ts'

/** The table's archive, before it is gzipped. */
const tar = (data: Uint8Array<ArrayBuffer>, name = 'CaliforniaHousing/cal_housing.data') =>
  packTar([{ header: { name, size: data.length, type: 'file' }, body: data }])

describe('bad tables', () => {
  test('a changed one is refused with both digests', async () => {
    const source = dropped({ 'cal_housing.data': '1,2,3,4,5,6,7,8,9\n' })
    const error = await failure(() => loadCaliforniaHousing({ source }))
    expect(error.code).toBe('DATASET_CHECKSUM')
    expect(error.message).toMatch(new RegExp(`[0-9a-f]{64}, expected ${californiaHousingInfo.sha256}`))
  })

  test.each<[string, () => Promise<Uint8Array<ArrayBuffer>>, string]>([
    [
      'half a gzip',
      async () => (await gzipped(new Uint8Array(5000).fill(120))).slice(0, 20),
      'DATASET_BAD_GZIP',
    ],
    ['too much', () => gzipped(new Uint8Array(20 << 20)), 'DATASET_TOO_LARGE'],
    [
      'an archive without the table',
      async () => gzipped(await tar(Uint8Array.of(49), 'CaliforniaHousing/other')),
      'DATASET_BAD_ARCHIVE',
    ],
    [
      'a damaged archive',
      async () => gzipped((await tar(new Uint8Array(5000))).fill(0x7a, 0, 100)),
      'DATASET_BAD_ARCHIVE',
    ],
  ])('%s', async (_, contents, code) => {
    const source = dropped({ 'cal_housing.tgz': await contents() })
    expect((await failure(() => loadCaliforniaHousing({ source }))).code).toBe(code)
  })

  test.each(['1,2,3', '1,2,3,4,5,6,7,8,x', '1,2,3,4,5,6,7,8,', '1,2,3,4,5,6,7,8,9,10'])(
    'row %j',
    async (line) => {
      const error = await failure(() => housingRows(`1,2,3,4,5,6,7,8,9\r\n${line}\r\n`, 'table'))
      expect([error.code, error.message]).toEqual(['DATASET_BAD_TABLE', expect.stringMatching(/row 2 is/)])
    },
  )
})

describe('refused', () => {
  test.each([0, 1, -0.5, Number.NaN, 0.9999999])('a test fraction of %d', async (fraction) => {
    expect((await failure(() => splitRows(100, 1, fraction))).code).toBe('DATASET_BAD_OPTION')
  })
})
