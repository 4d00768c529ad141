import type { OptionKind } from '@treadle/core'
import { contractOptionNames } from './images/contract-options.ts'

const ofEvery = { onProgress: 'function', onWarning: 'function', signal: 'signal' } as const
const ofDownloads = {
  ...ofEvery,
  cacheDirectory: 'string',
  offline: 'boolean',
  connectTimeout: 'number',
  stallTimeout: 'number',
  minimumRate: 'number',
  mirrors: 'list',
} as const
/** `contractParts` checks their values. */
const ofContract = Object.fromEntries(contractOptionNames.map((name) => [name, 'any'])) as Readonly<
  Record<(typeof contractOptionNames)[number], 'any'>
>

/** The names of each loader's options with their kinds. `option-names.test.ts` compares them with the types. */
export const optionKinds = {
  readIdx: { onProgress: 'function', signal: 'signal', name: 'string', maxBytes: 'number' },
  idxFolder: {
    ...ofEvery,
    name: 'string',
    classNames: 'list',
    prefix: 'string',
    transpose: 'boolean',
    labelOffset: 'any',
  },
  images: {
    ...ofEvery,
    ...ofContract,
    name: 'string',
    split: 'any',
    preprocessing: 'any',
    classNames: 'any',
    pattern: 'string',
    prefix: 'string',
    strict: 'boolean',
    threads: 'any',
    cache: 'boolean',
    memory: 'any',
    cacheDirectory: 'string',
  },
  fetchFashionMnist: ofDownloads,
  fashionMnist: { ...ofDownloads, source: 'any', systemDirectory: 'string' },
  californiaHousing: { ...ofDownloads, source: 'any', seed: 'number', testFraction: 'number' },
} as const satisfies Record<string, Record<string, OptionKind>>

type Loader = keyof typeof optionKinds

/** The names of each loader's options. */
export const optionNames = Object.fromEntries(
  Object.entries(optionKinds).map(([loader, kinds]) => [loader, Object.keys(kinds)]),
) as unknown as { readonly [Name in Loader]: readonly (keyof (typeof optionKinds)[Name])[] }

/** Those of `options` that a loader has. */
export function optionsOf(loader: Loader, options: object): object {
  const kinds = optionKinds[loader]
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(kinds, name)))
}
