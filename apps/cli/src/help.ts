import { type Arg, globalArgs, valueName } from './arguments/args.ts'
import type { Command } from './commands/command.ts'
import type { Output } from './context.ts'
import { wrap } from './terminal/wrap.ts'

const MAX_WIDTH = 100
/** A first column wider than this puts its text on the next line. */
const MAX_FIRST_COLUMN = 32

type Row = readonly [name: string, text: string, fallback?: string | undefined]

function flagRow([name, arg]: readonly [string, Arg]): Row {
  const short = arg.alias === undefined ? '    ' : `-${arg.alias}, `
  const value = arg.type === 'boolean' ? '' : ` ${valueName(name, arg)}`
  return [`${short}--${name}${value}`, arg.description, arg.default ?? arg.shownDefault]
}

const headingOf = ({ heading = 'Flags' }: Arg) => heading

function usageWord(name: string, arg: Arg): string {
  const word = valueName(name, arg) + (arg.repeats ? '…' : '')
  return arg.default === undefined ? word : `[${word}]`
}

/** The page that `treadle [command] --help` prints. */
export async function renderHelp(path: readonly string[], command: Command, output: Output): Promise<string> {
  const { bold, cyan, dim } = output.colors
  const width = Math.min(output.columns, MAX_WIDTH)
  const { description, args, notes = [], examples } = await command.definition()
  const lines: string[] = []

  const table = (title: string, rows: readonly Row[]) => {
    if (rows.length === 0) return
    lines.push(bold(title))
    const left = Math.min(Math.max(...rows.map(([name]) => name.length)) + 2, MAX_FIRST_COLUMN)
    for (const [name, text, fallback] of rows) {
      const body = wrap(fallback === undefined ? text : `${text} ${dim`[${fallback}]`}`, width - left - 2)
      const [first = '', ...others] = body
      if (name.length + 2 > left) lines.push(`  ${cyan(name)}`, `  ${' '.repeat(left)}${first}`)
      else lines.push(`  ${cyan(name)}${' '.repeat(left - name.length)}${first}`)
      lines.push(...others.map((line) => `  ${' '.repeat(left)}${line}`))
    }
    lines.push('')
  }

  const own = Object.entries<Arg>(args)
  const positionals = own.filter(([, { type }]) => type === 'positional')
  const flags = own.filter(([, { type }]) => type !== 'positional')
  const usage = [
    ...path,
    ...(command.children ? ['COMMAND'] : []),
    ...positionals.map(([name, arg]) => usageWord(name, arg)),
    '[flags]',
  ]
  lines.push(...wrap(description, width), '', `${bold('Usage')}  ${usage.join(' ')}`, '')

  const children = Object.entries(command.children ?? {})
  table(
    'Commands',
    await Promise.all(
      children.map(async ([name, child]): Promise<Row> => [name, (await child.definition()).description]),
    ),
  )
  table(
    'Arguments',
    positionals.map(([name, arg]) => [valueName(name, arg), arg.description, arg.default || undefined]),
  )
  for (const heading of new Set(flags.map(([, arg]) => headingOf(arg))))
    table(heading, flags.filter(([, arg]) => headingOf(arg) === heading).map(flagRow))
  table(flags.length > 0 ? 'Everywhere' : 'Flags', [
    ...Object.entries<Arg>(globalArgs).map(flagRow),
    ...(path.length === 1 ? [['    --version', 'Print treadle’s version'] as const] : []),
  ])
  for (const note of notes) lines.push(...wrap(note, width), '')
  lines.push(bold(examples.length === 1 ? 'Example' : 'Examples'))
  for (const [line, meaning] of examples) {
    lines.push(...wrap(meaning, width - 4).map((text) => `  ${dim(`# ${text}`)}`), `  ${line}`)
  }
  return `${lines.join('\n')}\n`
}
