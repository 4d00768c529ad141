import { platform } from '#platform'
import type { LoadOptions } from './options.ts'
import type { Cache } from './platform.ts'

/** What a loader takes that may download. */
export interface DownloadSettings extends LoadOptions {
  /** Default: the environment's `TREADLE_CACHE`, else the user's cache folder. In a browser the name of a Cache Storage. */
  readonly cacheDirectory?: string | undefined
  /** Do not touch the network. Default: whether the environment's `TREADLE_OFFLINE` is set to anything but 0. */
  readonly offline?: boolean | undefined
  /** Milliseconds a server has to answer at all. Default 5,000. */
  readonly connectTimeout?: number | undefined
  /** Milliseconds without a byte after which a download is taken up again elsewhere. Default 15,000. */
  readonly stallTimeout?: number | undefined
}

export function cacheOf({ cacheDirectory }: DownloadSettings): Cache {
  return platform.openCache(cacheDirectory ?? platform.environment('TREADLE_CACHE'))
}

export function isOffline({ offline }: DownloadSettings): boolean {
  return offline ?? !['', '0', undefined].includes(platform.environment('TREADLE_OFFLINE'))
}
