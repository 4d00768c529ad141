import type { DataFinding } from '@treadle/core'
import type { LoadOptions } from './options.ts'

const MOST_FILES = 100

type FindingFiles = readonly { readonly name: string; readonly reason?: string }[]

/** Collects what people should know about a data set, and tells it at once. */
export class Findings {
  readonly list: DataFinding[] = []
  readonly #tell: LoadOptions['onWarning']

  constructor(tell: LoadOptions['onWarning']) {
    this.#tell = tell
  }

  note(code: string, message: string): void {
    this.#add({ code, level: 'note', message })
  }

  warn(code: string, message: string, files: FindingFiles = []): void {
    const shown = files.slice(0, MOST_FILES)
    this.#add({ code, level: 'warning', message, ...(shown.length > 0 && { files: shown }) })
  }

  #add(finding: DataFinding): void {
    this.list.push(finding)
    const { code, message, level } = finding
    this.#tell?.({ code, message, level })
  }
}

/** "1 file is", "3 files are". */
export function many(count: number, one: string, verb: readonly [one: string, many: string]): string {
  const plural = /(s|sh|ch|x)$/.test(one) ? `${one}es` : `${one}s`
  return count === 1 ? `1 ${one} ${verb[0]}` : `${count} ${plural} ${verb[1]}`
}

/** The first names of a list: "a, b, c and 4 others". */
export function some(names: readonly string[], most = 3): string {
  const rest = names.length - most
  if (rest > 1) return `${names.slice(0, most).join(', ')} and ${rest} others`
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
