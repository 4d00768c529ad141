import { escapeControls, jsonText } from '@treadle/core'
import { type Context, Interruption, type Output } from '../context.ts'
import { type Progress, createProgress } from './progress.ts'
import { wrap } from './wrap.ts'

const MAX_WIDTH = 100

/** The output of a command: text on standard output, or JSON there and the text on standard error. */
export interface Ui {
  readonly context: Context
  /** The stream for text: standard output, with --json standard error. */
  readonly out: Output
  readonly progress: Progress
  readonly quiet: boolean
  /** Prints text about the work, unless --quiet is given. */
  print(text: string): void
  /** Prints the result on standard output: the object with --json, else the text. */
  result(text: string, object: () => unknown): void
  /** Prints a warning, also with --quiet; then, and if standard output has failed, on standard error. */
  notice(text: string): void
}

export function createUi(
  { json = false, quiet = false }: { json?: boolean | undefined; quiet?: boolean | undefined },
  context: Context,
): Ui {
  const out = json ? context.stderr : context.stdout
  const progress = createProgress(out, { quiet, ci: (context.env['CI'] ?? '') !== '' })
  const write = (output: Output, text: string) => {
    progress.clear()
    output.write(text.endsWith('\n') ? text : `${text}\n`)
  }
  return {
    context,
    out,
    progress,
    quiet,
    print: (text) => {
      if (!quiet) write(out, text)
    },
    result: (text, object) => {
      if (json) write(context.stdout, resultJson(object()))
      else write(context.stdout, text)
    },
    notice: (text) =>
      write(quiet || context.signal.reason === Interruption.OUTPUT ? context.stderr : out, text),
  }
}

/**
 * A result as JSON.
 * @throws TreadleError `CLI_NOT_FINITE`
 */
export function resultJson(result: unknown, indent?: number): string {
  return jsonText(result, {
    operation: 'Writing the result as JSON',
    code: 'CLI_NOT_FINITE',
    ...(indent !== undefined && { indent }),
  })
}

/** A warning with a highlighted title. */
export function banner(
  title: string,
  text: string,
  { colors, columns }: Pick<Output, 'colors' | 'columns'>,
): string {
  const indent = title.length + 3
  const lines = wrap(escapeControls(text, '\n'), Math.max(20, Math.min(columns, MAX_WIDTH) - indent))
  const body = lines.map((line) => colors.yellow(line)).join(`\n${' '.repeat(indent)}`)
  return `\n${colors.bgYellow.black.bold(` ${title} `)} ${body}\n`
}

/** An interface that shows progress, but neither text about the work nor warnings. */
export const silent = (ui: Ui): Ui => ({ ...ui, print: () => {}, notice: () => {} })
