import type { Platform } from './platform.ts'
import { indexedDbStore } from './store/indexed-db.ts'

export const platform: Platform = {
  openStore: (name) => indexedDbStore(name),
  process: undefined,
  isAlive: () => false,
  allowFastMath: () => {},
  versions: () => ({ browser: navigator.userAgent }),
}
