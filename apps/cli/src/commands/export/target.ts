import { formats, type ExportFormat } from '@treadle/export'
import { extname, resolve } from 'node:path'
import { choice } from '../../arguments/values.ts'
import { UsageError } from '../../errors.ts'

/** What to write, and where. */
export interface Target {
  readonly format: ExportFormat
  /** The absolute path of the file; of the folder for a format of several files. */
  readonly path: string
}

/** @throws UsageError */
export function readTarget(
  args: { format: string | undefined; out: string | undefined },
  cwd: string,
): Target {
  const { out } = args
  if (out === undefined) throw new UsageError('`--out` is missing. Give the file to write.')
  const format = args.format === undefined ? formatOf(out) : named(args.format)
  const { name, extension } = format
  if (extension !== undefined && extname(out).toLowerCase() !== extension) {
    throw new UsageError(
      `\`--out\` (=${out}) must end in ${extension}: programs that read the format ${name} require it.`,
    )
  }
  return { format, path: resolve(cwd, out) }
}

function named(text: string): ExportFormat {
  const name = choice(
    '--format',
    text,
    formats.map((format) => format.name),
  )
  return formats.find((format) => format.name === name) as ExportFormat
}

function formatOf(out: string): ExportFormat {
  const found = formats.find(({ extension }) => extension === extname(out).toLowerCase())
  if (found !== undefined) return found
  const names = formats.map(({ name }) => name).join(', ')
  throw new UsageError(
    `\`--format\` is missing, and \`--out\` (=${out}) does not tell it. It is one of ${names}.`,
  )
}
