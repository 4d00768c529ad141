import { TreadleError, isTreadleError } from '@treadle/core'
import { loadCaliforniaHousing, pickTable } from '../california-housing/load.ts'
import { optionsOf } from '../option-names.ts'
import type { Source } from './source.ts'

/** The table of California housing, alone, in a folder or in its archive. */
export const californiaTable: Source = {
  name: 'the table of California housing',
  options: ['testFraction'],
  matches: ({ kind, files }) => kind === 'file' || pickTable(files) !== undefined,
  async load({ path, kind }, options) {
    try {
      return await loadCaliforniaHousing({ ...optionsOf('californiaHousing', options), source: { path } })
    } catch (error) {
      if (kind === 'folder' || !isTreadleError(error) || error.code !== 'DATASET_CHECKSUM') throw error
      throw new TreadleError(
        error.code,
        `Loading ${path}: a file must be an archive of images (zip, tar, tar.gz) or the table of California housing, and this one is neither or is damaged.`,
        { cause: error },
      )
    }
  },
}
