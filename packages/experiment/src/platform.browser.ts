import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Platform } from './platform.ts'
import { findStoredRuns, indexedDbStore } from './store/indexed-db.ts'

export const platform: Platform = {
  openStore: (name) => indexedDbStore(name),
  findRuns: findStoredRuns,
  isAlive: () => false,
  sha256: (data) => bytesToHex(sha256(typeof data === 'string' ? new TextEncoder().encode(data) : data)),
  allowFastMath: () => {},
  versions: () => ({ browser: navigator.userAgent }),
}
