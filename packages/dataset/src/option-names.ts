import type { CaliforniaHousingOptions } from './california-housing/load.ts'
import type { FashionMnistOptions } from './fashion-mnist/load.ts'
import type { IdxFolderOptions } from './idx-folder.ts'
import type { ReadIdxOptions } from './idx/read.ts'
import type { ImageFoldersOptions } from './images/load-folders.ts'

const ofEvery = ['onProgress', 'onWarning', 'signal'] as const
const ofDownloads = [
  ...ofEvery,
  'cacheDirectory',
  'offline',
  'connectTimeout',
  'stallTimeout',
  'mirrors',
] as const

/** The names of each loader's options. */
export const optionNames = {
  readIdx: ['onProgress', 'signal', 'name', 'maxBytes'],
  idxFolder: [...ofEvery, 'name', 'classNames', 'prefix', 'transpose'],
  imageFolders: [...ofEvery, 'name', 'split', 'background', 'size', 'channels'],
  fetchFashionMnist: ofDownloads,
  fashionMnist: [...ofDownloads, 'source', 'systemDirectory'],
  californiaHousing: [...ofDownloads, 'source', 'seed', 'testFraction'],
} as const satisfies {
  readIdx: readonly (keyof ReadIdxOptions)[]
  idxFolder: readonly (keyof IdxFolderOptions)[]
  imageFolders: readonly (keyof ImageFoldersOptions)[]
  fetchFashionMnist: readonly (keyof FashionMnistOptions)[]
  fashionMnist: readonly (keyof FashionMnistOptions)[]
  californiaHousing: readonly (keyof CaliforniaHousingOptions)[]
}

/** Those of `options` that a loader has. */
export function optionsOf<Loader extends keyof typeof optionNames>(loader: Loader, options: object): object {
  const names: readonly string[] = optionNames[loader]
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)))
}
