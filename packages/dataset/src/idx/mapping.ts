import { TreadleError } from '@treadle/core'
import { collect } from '../bytes.ts'
import { type DataFile, baseName } from '../data-file.ts'

/** Bytes of a mapping: EMNIST's longest has 62 lines. */
const MAX_BYTES = 2 ** 16

/** The characters of EMNIST's labels. */
export interface LabelMapping {
  /** The name of its file. */
  readonly file: string
  /** The smallest label. */
  readonly first: number
  /** The names of the labels from `first` on. A label without a character is named by its number. */
  readonly namesFrom: (first: number) => string[]
}

/**
 * Reads `<prefix>mapping.txt`, as EMNIST has one for each set: lines of a label and the code of its character, with
 * that of the other case behind it where both are one class.
 *
 * @returns undefined if there is no such file
 * @throws TreadleError `DATASET_BAD_TABLE`
 */
export async function readMapping(
  files: readonly DataFile[],
  prefix: string,
): Promise<LabelMapping | undefined> {
  const file = files.find(({ path }) => baseName(path).toLowerCase() === `${prefix}mapping.txt`.toLowerCase())
  if (file === undefined) return undefined
  const size = await file.size()
  if (size !== undefined && size > MAX_BYTES) throw bad(file, `it has ${size} bytes, more than ${MAX_BYTES}`)
  const characters = new Map<number, string>()
  const lines = new TextDecoder().decode(await collect(file.stream())).split(/\r?\n/)
  for (const [row, line] of lines.entries()) {
    if (line.trim() === '') continue
    const [, label, code] = /^\s*(\d{1,5})\s+(\d{1,6})(\s+\d{1,6})*\s*$/.exec(line) ?? []
    if (label === undefined || Number(code) > 0x10_ff_ff)
      throw bad(file, `line ${row + 1} is no label with the code of its character, as in "1 65 97"`)
    characters.set(Number(label), String.fromCodePoint(Number(code)))
  }
  if (characters.size === 0) throw bad(file, 'it has no lines')
  const [first, last] = [Math.min(...characters.keys()), Math.max(...characters.keys())]
  if (last - first >= 2 * characters.size)
    throw bad(file, `it names ${characters.size} of the labels up to ${last}`)
  return {
    file: file.path,
    first,
    namesFrom: (start) =>
      Array.from(
        { length: Math.max(0, last - start + 1) },
        (_, i) => characters.get(start + i) ?? String(start + i),
      ),
  }
}

const bad = (file: DataFile, reason: string) =>
  new TreadleError(
    'DATASET_BAD_TABLE',
    `Reading ${file.name}: ${reason}. Remove it, or give the names as \`classNames\` (--classes).`,
  )
