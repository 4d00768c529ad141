import { contractOptionNames } from './images/contract-options.ts'

const ofEvery = ['onProgress', 'onWarning', 'signal'] as const
const ofDownloads = [
  ...ofEvery,
  'cacheDirectory',
  'offline',
  'connectTimeout',
  'stallTimeout',
  'minimumRate',
  'mirrors',
] as const

/** The names of each loader's options. `option-names.test.ts` compares them with the types. */
export const optionNames = {
  readIdx: ['onProgress', 'signal', 'name', 'maxBytes'],
  idxFolder: [...ofEvery, 'name', 'classNames', 'prefix', 'transpose', 'labelOffset'],
  images: [
    ...ofEvery,
    ...contractOptionNames,
    'name',
    'split',
    'preprocessing',
    'classNames',
    'pattern',
    'strict',
  ],
  fetchFashionMnist: ofDownloads,
  fashionMnist: [...ofDownloads, 'source', 'systemDirectory'],
  californiaHousing: [...ofDownloads, 'source', 'seed', 'testFraction'],
} as const

/** Those of `options` that a loader has. */
export function optionsOf<Loader extends keyof typeof optionNames>(loader: Loader, options: object): object {
  const names: readonly string[] = optionNames[loader]
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)))
}
