import { escapeControls } from '@treadle/core'
import { isAbsolute, relative } from 'node:path'

/** `path` relative to `cwd` if it lies below, else absolute; as a terminal may show it. */
export function displayPath(path: string, cwd: string): string {
  return escapeControls(shortPath(path, cwd))
}

/** `path` relative to `cwd` if it lies below, else absolute; as it is. */
export function shortPath(path: string, cwd: string): string {
  const short = relative(cwd, path)
  return short === '' ? '.' : short.startsWith('..') || isAbsolute(short) ? path : short
}
