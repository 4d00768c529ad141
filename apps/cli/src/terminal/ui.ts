import { type Context, Interruption, type Output } from '../context.ts'
import { type Progress, createProgress } from './progress.ts'
import { wrap } from './wrap.ts'

const MAX_WIDTH = 100

/** Where a command's words go: to standard output, or beside it when that is for a program. */
export interface Ui {
  readonly context: Context
  /** For people: standard output, with --json standard error. */
  readonly out: Output
  readonly progress: Progress
  readonly quiet: boolean
  /** Text on the way to the result; nothing with --quiet. Takes the live line away first. */
  print(text: string): void
  /** What the command was asked for: with --json the object on standard output, else the text. */
  result(text: string, object: () => unknown): void
  /** What must be seen: on standard error with --quiet, and where standard output has failed. */
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
      if (json) write(context.stdout, JSON.stringify(object()))
      else write(context.stdout, text)
    },
    notice: (text) =>
      write(quiet || context.signal.reason === Interruption.OUTPUT ? context.stderr : out, text),
  }
}

/** A line nobody can miss. */
export function banner(
  title: string,
  text: string,
  { colors, columns }: Pick<Output, 'colors' | 'columns'>,
): string {
  const indent = title.length + 3
  const lines = wrap(text, Math.max(20, Math.min(columns, MAX_WIDTH) - indent))
  const body = lines.map((line) => colors.yellow(line)).join(`\n${' '.repeat(indent)}`)
  return `\n${colors.bgYellow.black.bold(` ${title} `)} ${body}\n`
}
