import {
  type DataSource,
  type ImageDataset,
  TreadleError,
  checkOptions,
  isTreadleError,
  show,
} from '@treadle/core'
import { type DownloadSettings, cacheOf, isOffline } from '../cache-options.ts'
import { cachedPart } from '../cached-part.ts'
import { download } from '../download.ts'
import { optionKinds } from '../option-names.ts'
import type { DatasetWarning } from '../options.ts'
import type { Cache } from '../platform.ts'
import { type IdxFileInfo, fashionMnistInfo } from './info.ts'
import { type VerifiedFile, fashionMnist, forEachFile, readVerified } from './read-files.ts'

export interface FashionMnistDownload extends DownloadSettings {
  /** Addresses of folders that hold the four `.gz` files, tried in order. Default `fashionMnistInfo.mirrors`. */
  readonly mirrors?: readonly string[] | undefined
}

/**
 * Downloads the four files into the cache. Files that the cache already holds undamaged are kept.
 *
 * @returns the location of the cache and the SHA-256 of each unpacked file
 * @throws TreadleError `DATASET_CACHE` where they cannot be written, `DATASET_OFFLINE`, `DATASET_DOWNLOAD`, `DATASET_CHECKSUM`,
 *   …; the signal's reason on abort
 */
export async function fetchFashionMnist(options: FashionMnistDownload = {}): Promise<DataSource> {
  checkOptions('fetchFashionMnist', options, optionKinds.fetchFashionMnist)
  let unkept: DatasetWarning | undefined
  const { source } = await downloadFashionMnist({ ...options, onWarning: (warning) => (unkept ??= warning) })
  if (unkept) throw new TreadleError(unkept.code, unkept.message)
  return { ...source, location: cacheOf(options).location }
}

/** Loads the set from the cache, and files that the cache lacks from the mirrors. */
export async function downloadFashionMnist(options: FashionMnistDownload): Promise<ImageDataset> {
  if (isOffline(options)) {
    throw new TreadleError(
      'DATASET_OFFLINE',
      'Downloading Fashion-MNIST: the network is disabled by `offline` or TREADLE_OFFLINE. Enable it, or use source sample or { folder }.',
    )
  }
  const mirrors = checkMirrors(options.mirrors ?? fashionMnistInfo.mirrors)
  const cache = cacheOf(options)
  const onWarning = onceEachCode(options.onWarning)
  let from: string | undefined
  const files = await forEachFile(async (role, signal) => {
    const info = fashionMnistInfo.files[role]
    const settings = { ...options, onWarning, signal }
    const cached = await fromCache(cache, info, settings)
    if (cached) return cached
    const { value, url } = await intoCache(cache, info, mirrors, settings)
    from = url.slice(0, url.lastIndexOf('/') + 1)
    return value
  }, options.signal)
  const source =
    from === undefined
      ? ({ kind: 'cache', location: cache.location } as const)
      : ({ kind: 'download', location: from } as const)
  return fashionMnist(files, fashionMnistInfo.files, source)
}

/** @throws TreadleError `DATASET_BAD_OPTION` */
function checkMirrors(mirrors: readonly string[]): readonly string[] {
  const wrong = mirrors.find(
    (mirror: unknown) =>
      typeof mirror !== 'string' || !URL.canParse(mirror) || !/^https?:$/.test(new URL(mirror).protocol),
  )
  if (mirrors.length > 0 && wrong === undefined) return mirrors
  throw new TreadleError(
    'DATASET_BAD_OPTION',
    `Downloading Fashion-MNIST: \`mirrors\` (=${show(mirrors)}) must hold at least one http or https address of a folder.`,
  )
}

function onceEachCode(onWarning: DownloadSettings['onWarning']): (warning: DatasetWarning) => void {
  const given = new Set<string>()
  return (warning) => {
    if (!given.has(warning.code)) onWarning?.(warning)
    given.add(warning.code)
  }
}

function cacheName(info: IdxFileInfo): string {
  return `${fashionMnistInfo.name}/${info.name}.gz`
}

/** Returns undefined where the cache lacks the file or holds it damaged; a new download then replaces it. */
async function fromCache(
  cache: Cache,
  info: IdxFileInfo,
  options: DownloadSettings,
): Promise<VerifiedFile | undefined> {
  try {
    const cached = await cache.find(cacheName(info))
    return cached && (await readVerified(cached, info, options))
  } catch (error) {
    if (isTreadleError(error)) return undefined
    throw error
  }
}

async function intoCache(
  cache: Cache,
  info: IdxFileInfo,
  mirrors: readonly string[],
  options: DownloadSettings,
) {
  const name = `${info.name}.gz`
  const part = await cachedPart(cache, cacheName(info), options.onWarning)
  try {
    const wanted = {
      name,
      urls: mirrors.map((mirror) => new URL(name, mirror.endsWith('/') ? mirror : `${mirror}/`).href),
      // Gzip adds a few bytes to data that it cannot compress.
      maxBytes: info.shape.reduce((product, size) => product * size, 1) + 65_536,
      verify: (file: Parameters<typeof readVerified>[0]) => readVerified(file, info, options),
    }
    const got = await download(wanted, part, options)
    await part.commit()
    return got
  } catch (error) {
    await part.close({ keep: true })
    throw error
  }
}
