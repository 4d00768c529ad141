import { shellWord } from '@treadle/experiment/recipe'
import type { Args } from '../../arguments/args.ts'
import { withoutPassword } from '../../arguments/queue-args.ts'
import type { Ui } from '../../terminal/ui.ts'

/** The command line of a command that trains several runs. */
interface CommandLine {
  readonly command: string
  readonly definition: { readonly args: Args }
  readonly args: Readonly<Record<string, unknown>>
  readonly given: ReadonlySet<string>
}

/** Says how to continue a command that was stopped before all of its runs were finished. */
export function tellStopped(finished: number, all: string, line: CommandLine, ui: Ui): void {
  ui.notice(
    `\nStopped after ${finished} of ${all}. The finished runs and a checkpoint of the next one are saved.\n` +
      `Continue with\n  ${ui.out.colors.bold(`treadle ${line.command} ${wordsOf(line).join(' ')}`)}\n`,
  )
}

/** The arguments as they were given. */
function wordsOf({ definition, args, given }: CommandLine): string[] {
  return Object.entries(definition.args).flatMap(([name, { type }]) => {
    if (!given.has(name)) return []
    if (type === 'boolean') return [`--${name}`]
    const texts = [args[name]].flat().map((each) => shellWord(String(each)))
    if (type === 'positional') return texts
    return texts.map((text) => `--${name} ${name === 'queue' ? withoutPassword(text) : text}`)
  })
}
