import { shellWord } from '@treadle/experiment/recipe'
import { shortPath } from '../../terminal/display-path.ts'
import type { Ui } from '../../terminal/ui.ts'

/** The command lines that use a finished run, with its real path, ready to copy. */
export function nextSteps(path: string, kind: 'images' | 'table', { out, context }: Ui): string {
  const { bold, dim } = out.colors
  const run = shellWord(shortPath(path, context.cwd))
  const steps = [
    ...(kind === 'images' ? [[`treadle predict ${run} IMAGE.png`, 'classify an image']] : []),
    [`treadle evaluate ${run}`, 'test the model again, with --data on other data'],
    [`treadle report ${run}`, 'print this report again'],
  ]
  const lines = steps.map(([line, meaning]) => `  ${dim(`# ${meaning}`)}\n  ${line}`)
  return `\n${bold('Next')}\n${lines.join('\n')}\n`
}
