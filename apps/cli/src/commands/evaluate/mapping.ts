import { readWholeFile } from '@treadle/core/node'
import { csvParseRows, tsvParseRows } from 'd3-dsv'
import { UsageError } from '../../errors.ts'

type Pair = readonly [name: string, meaning: string]

/**
 * A file that says which class of the model a name of the data means: JSON `{ "name": "class" }`, or lines `name,class`
 * as in CSV, with a tab in place of the comma if the first line has one. A first line `name,class` is a heading.
 * @throws UsageError
 */
export async function readMapping(path: string): Promise<ReadonlyMap<string, string>> {
  const text = new TextDecoder().decode(await readWholeFile(path)).replace(/^\uFEFF/, '')
  const pairs = text.trimStart().startsWith('{') ? fromJson(text) : fromLines(text)
  if (pairs === undefined || pairs.length === 0)
    throw new UsageError(
      `\`--map\` (=${path}) must be JSON such as { "sneakers": "Sneaker" }, or lines such as sneakers,Sneaker. A name with a comma stands in double quotes.`,
    )
  const mapping = new Map<string, string>()
  for (const [name, meaning] of pairs) {
    const before = mapping.get(name)
    if (before !== undefined && before !== meaning)
      throw new UsageError(
        `\`--map\` (=${path}): ${name} means both ${before} and ${meaning}. Leave one out.`,
      )
    mapping.set(name, meaning)
  }
  return mapping
}

function fromJson(text: string): Pair[] | undefined {
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>)
    return entries.every(([, to]) => typeof to === 'string') ? (entries as [string, string][]) : undefined
  } catch {
    return undefined
  }
}

function fromLines(text: string): Pair[] | undefined {
  const parse = text.split('\n', 1)[0]?.includes('\t') ? tsvParseRows : csvParseRows
  const rows = parse(text)
    .map((cells) => cells.map((cell) => cell.trim()))
    .filter((cells) => cells.some((cell) => cell !== ''))
  if (/^name,class$/i.test(rows[0]?.join(',') ?? '')) rows.shift()
  return rows.every(isPair) ? rows : undefined
}

const isPair = (cells: readonly string[]): cells is [string, string] =>
  cells.length === 2 && cells.every((cell) => cell !== '')
