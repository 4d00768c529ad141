import { readWholeFile } from '@treadle/core/node'
import { UsageError } from '../../errors.ts'

/**
 * A file that says which class of the model a name of the data means: JSON `{ "name": "class" }`, or lines `name,class`.
 * @throws UsageError
 */
export async function readMapping(path: string): Promise<Record<string, string>> {
  const text = new TextDecoder().decode(await readWholeFile(path)).replace(/^\uFEFF/, '')
  const entries = text.trimStart().startsWith('{') ? fromJson(text) : fromLines(text)
  if (entries === undefined || entries.length === 0)
    throw new UsageError(
      `\`--map\` (=${path}) must be JSON such as { "sneakers": "Sneaker" }, or lines such as sneakers,Sneaker.`,
    )
  return Object.fromEntries(entries)
}

function fromJson(text: string): [string, string][] | undefined {
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>)
    return entries.every(([, to]) => typeof to === 'string') ? (entries as [string, string][]) : undefined
  } catch {
    return undefined
  }
}

function fromLines(text: string): [string, string][] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const pairs = lines.map(
    (line) => /^(.+?)\s*[,\t]\s*(.+?)\s*$/.exec(line)?.slice(1) as [string, string] | undefined,
  )
  return pairs.every((pair) => pair !== undefined) ? pairs : undefined
}
