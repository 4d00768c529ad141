import { findIdxSets, loadIdxFiles } from '../idx-folder.ts'
import { optionsOf } from '../option-names.ts'
import type { Source } from './source.ts'

/** Four IDX files in MNIST's format, in a folder or an archive. */
export const idx: Source = {
  name: 'IDX files',
  options: ['classNames', 'prefix', 'transpose', 'labelOffset'],
  matches: (found) => findIdxSets(filesOf(found)).size > 0,
  load: (found, options) => {
    const { path, kind } = found
    return loadIdxFiles(
      filesOf(found),
      { where: path, location: path, kind },
      optionsOf('idxFolder', options),
    )
  },
}

/** Those in a folder itself; those of an archive may be in a folder of it. */
const filesOf = ({ kind, files }: Parameters<Source['matches']>[0]) =>
  kind === 'folder' ? files.filter(({ path }) => !path.includes('/')) : files
