import { Findings } from '../findings.ts'
import { loadPictureList } from '../images/load-images.ts'
import { optionNames, optionsOf } from '../option-names.ts'
import { isParquet } from '../parquet/is-parquet.ts'
import type { Source } from './source.ts'

/** Parquet files with image files in a column, as Hugging Face gives data sets: `data/train-00000-of-00001.parquet`. */
export const parquet: Source = {
  name: 'Parquet files',
  options: [
    ...optionNames.images.filter((name) => name !== 'name' && name !== 'split' && name !== 'pattern'),
    'prefix',
    'testFraction',
    'whole',
  ],
  matches: ({ files }) => files.some(({ path }) => isParquet(path)),
  async load(found, options) {
    const { path, kind } = found
    const { seed = 0, testFraction = 0.2, whole = false } = options
    const findings = new Findings(options.onWarning)
    // Loaded on first use: few data are in this format.
    const { listParquet } = await import('../parquet/list-parquet.ts')
    const list = await listParquet(found, options.prefix, findings, options)
    return loadPictureList(list, { where: path, location: path, kind }, findings, {
      ...optionsOf('images', options),
      split: whole ? 'none' : { fraction: testFraction, seed },
    })
  },
}
