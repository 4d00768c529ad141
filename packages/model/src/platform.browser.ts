import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { TreadleError } from '@treadle/core'
import type { ModelFiles } from './model-files.ts'
import type { ModelFolder } from './model-folder.ts'

/** The same as in platform.node.ts, for browsers, which open no folder by its path. */
export async function openFolder(path: string | URL): Promise<ModelFolder> {
  throw new TreadleError(
    'MODEL_BAD_TARGET',
    `Saving to ${path}: a browser opens no folder by path. Give \`downloads://name\`, \`indexeddb://name\` or a directory handle.`,
  )
}

/** A relative path is relative to the page. */
export async function openFiles(path: string | URL): Promise<ModelFiles | URL> {
  return new URL(path, globalThis.document?.baseURI ?? globalThis.location?.href)
}

/** The same as in platform.node.ts: a browser opens no file by its address. */
export async function readFileUrl(_url: URL, _limit: number): Promise<Uint8Array | undefined> {
  return undefined
}

/** The same as in platform.node.ts. `crypto.subtle` is missing in pages that are not served securely. */
export function sha256Hex(bytes: ArrayBuffer): string {
  return bytesToHex(sha256(new Uint8Array(bytes)))
}

/** Has the browser save a file among a person's downloads. */
export function download(name: string, bytes: Uint8Array): void {
  const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]))
  const link = Object.assign(document.createElement('a'), { href: address, download: name })
  link.click()
  // The browser has begun to read by then, and a minute is ample for it to have ended.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
