import { findIdxSets, loadIdxFolder } from '../idx-folder.ts'
import { optionsOf } from '../option-names.ts'
import type { Source } from './source.ts'

/** Four IDX files in MNIST's format. */
export const idx: Source = {
  name: 'IDX files',
  options: ['classNames', 'prefix', 'transpose', 'labelOffset'],
  matches: ({ kind, files }) => kind === 'folder' && findIdxSets(topLevel(files)).size > 0,
  load: ({ path }, options) => loadIdxFolder(path, optionsOf('idxFolder', options)),
}

const topLevel = <File extends { readonly path: string }>(files: readonly File[]): File[] =>
  files.filter(({ path }) => !path.includes('/'))
