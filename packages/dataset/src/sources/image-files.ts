import { emptyFoldersOf, loadPictureFiles } from '../images/load-images.ts'
import { optionNames, optionsOf } from '../option-names.ts'
import type { Source } from './source.ts'

/** Image files in folders, or beside a table of labels. */
export const imageFiles: Source = {
  name: 'image files',
  options: [
    ...optionNames.images.filter((name) => name !== 'name' && name !== 'split' && name !== 'prefix'),
    'testFraction',
    'whole',
  ],
  matches: ({ kind }) => kind !== 'file',
  async load({ path, kind, files }, options) {
    const { seed = 0, testFraction = 0.2, whole = false } = options
    const emptyFolders = kind === 'folder' ? await emptyFoldersOf(path, files) : []
    return loadPictureFiles(
      files,
      { where: path, location: path, kind, emptyFolders },
      { ...optionsOf('images', options), split: whole ? 'none' : { fraction: testFraction, seed } },
    )
  },
}
