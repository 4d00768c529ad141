import { platform } from '#platform'
import type { LoadOptions } from './options.ts'
import type { Cache } from './platform.ts'

/** The folder of the cache that holds decoded pictures, and while a load writes them, its temporary files. */
export const PICTURES_FOLDER = 'decoded'

/** Options of the loaders that can download. */
export interface DownloadSettings extends LoadOptions {
  /** Default: the environment variable `TREADLE_CACHE`, else the user's cache folder. In a browser, the name of a Cache Storage. */
  readonly cacheDirectory?: string | undefined
  /** Makes no network request. Default: true where the environment variable `TREADLE_OFFLINE` is set and not 0. */
  readonly offline?: boolean | undefined
  /** Milliseconds within which a server must answer. Default 5,000. */
  readonly connectTimeout?: number | undefined
  /** Milliseconds without data after which a download continues from another server. Default 15,000. */
  readonly stallTimeout?: number | undefined
  /** Bytes per second that a server must send on average over each `stallTimeout`. Default 4,096. */
  readonly minimumRate?: number | undefined
}

export function cacheOf({ cacheDirectory }: Pick<DownloadSettings, 'cacheDirectory'>): Cache {
  return platform.openCache(cacheDirectory ?? platform.environment('TREADLE_CACHE'))
}

export function isOffline({ offline }: DownloadSettings): boolean {
  return offline ?? !['', '0', undefined].includes(platform.environment('TREADLE_OFFLINE'))
}
