import { isAbsolute, relative } from 'node:path'

/** `path` relative to `cwd` if it lies below, else absolute. */
export function displayPath(path: string, cwd: string): string {
  const short = relative(cwd, path)
  return short === '' ? '.' : short.startsWith('..') || isAbsolute(short) ? path : short
}
