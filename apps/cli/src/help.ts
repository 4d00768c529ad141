import type { ArgDef } from 'citty'
import { globalArgs } from './arguments/check.ts'
import type { Command } from './command.ts'
import type { Output } from './context.ts'
import { wrap } from './terminal/wrap.ts'

const MAX_WIDTH = 100

function flagText(name: string, definition: ArgDef): string {
  const alias = [('alias' in definition && definition.alias) || []].flat()[0]
  const short = alias === undefined ? '    ' : `-${alias}, `
  if (definition.type === 'boolean') return `${short}--${name}`
  return `${short}--${name} ${definition.valueHint ?? name.toUpperCase()}`
}

/** The page that `treadle [command] --help` prints. */
export async function renderHelp(path: readonly string[], command: Command, output: Output): Promise<string> {
  const { bold, cyan, dim } = output.colors
  const width = Math.min(output.columns, MAX_WIDTH)
  const name = path.join(' ')
  const lines: string[] = []

  const table = (rows: readonly (readonly [string, string, (string | undefined)?])[]) => {
    const left = Math.min(Math.max(...rows.map(([first]) => first.length)) + 2, 32)
    for (const [first, text, fallback] of rows) {
      const wrapped = wrap(fallback === undefined ? text : `${text} [${fallback}]`, width - left - 2)
      const separate = first.length + 2 > left
      if (separate) lines.push(`  ${cyan(first)}`)
      for (const [i, line] of wrapped.entries()) {
        const head = i === 0 && !separate ? cyan(first) + ' '.repeat(left - first.length) : ' '.repeat(left)
        const shown = fallback === undefined ? line : line.replace(`[${fallback}]`, dim`[${fallback}]`)
        lines.push(`  ${head}${shown}`.trimEnd())
      }
    }
    lines.push('')
  }

  const entries = Object.entries(command.args)
  const positionals = entries.filter(([, definition]) => definition.type === 'positional')
  const own = entries.filter(([key, definition]) => definition.type !== 'positional' && !(key in globalArgs))
  const usage = [
    name,
    ...(command.children ? ['COMMAND'] : []),
    ...positionals.map(([key, definition], i) => {
      const more = command.rest === true && i === positionals.length - 1 ? '…' : ''
      const word = (definition.valueHint ?? key.toUpperCase()) + more
      return definition.required === false || definition.default !== undefined ? `[${word}]` : word
    }),
    '[flags]',
  ]
  lines.push(...wrap(command.meta.description, width), '', `${bold('Usage')}  ${usage.join(' ')}`, '')

  if (command.children) {
    lines.push(bold('Commands'))
    const children = await Promise.all(
      Object.entries(command.children).map(
        async ([key, load]) => [key, (await load()).meta.description] as const,
      ),
    )
    table(children)
  }
  if (positionals.length > 0) {
    lines.push(bold('Arguments'))
    table(
      positionals.map(([key, definition]) => [
        definition.valueHint ?? key.toUpperCase(),
        definition.description ?? '',
        definition.default?.toString(),
      ]),
    )
  }
  if (own.length > 0) {
    lines.push(bold('Flags'))
    table(
      own.map(([key, definition]) => [
        flagText(key, definition),
        definition.description ?? '',
        definition.default?.toString(),
      ]),
    )
  }
  lines.push(bold(own.length > 0 ? 'Everywhere' : 'Flags'))
  const everywhere = entries.filter(([key]) => key in globalArgs)
  table([
    ...everywhere.map(
      ([key, definition]) => [flagText(key, definition), definition.description ?? ''] as const,
    ),
    ...(command.children ? [['    --version', "Print treadle's version"] as const] : []),
  ])
  for (const note of command.notes ?? []) lines.push(...wrap(note, width), '')
  lines.push(bold(command.examples.length === 1 ? 'Example' : 'Examples'))
  for (const [line, meaning] of command.examples) {
    lines.push(...wrap(meaning, width - 4).map((text) => `  ${dim(`# ${text}`)}`), `  ${line}`)
  }
  return `${lines.join('\n')}\n`
}
