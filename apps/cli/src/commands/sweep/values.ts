import { escapeControls } from '@treadle/core'
import type { Sweep } from '@treadle/experiment/sweep'

/** Names for the fields that a sweep searches: as flags have them, where a name is the only one of its kind. */
export function shortNames({ search }: Sweep): ReadonlyMap<string, string> {
  const paths = Object.keys(search)
  const names = paths.map(lastName)
  return new Map(
    paths.map((path, i) => [
      path,
      names.filter((name) => name === names[i]).length === 1 ? lastName(path) : path,
    ]),
  )
}

const lastName = (path: string) =>
  path
    .replace(/\.name$/, '')
    .split('.')
    .at(-1) ?? path

/** A value as a table shows it. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return escapeControls(value.join(','))
  return escapeControls(typeof value === 'string' ? value : JSON.stringify(value))
}
