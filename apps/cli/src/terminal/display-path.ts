import { isAbsolute, relative } from 'node:path'

/** A path as a person in `cwd` would write it: relative where it lies below, absolute elsewhere. */
export function displayPath(path: string, cwd: string): string {
  const short = relative(cwd, path)
  return short === '' ? '.' : short.startsWith('..') || isAbsolute(short) ? path : short
}
