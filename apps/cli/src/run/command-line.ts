import { shellWord } from '@treadle/experiment/recipe'
import { shortPath } from '../terminal/display-path.ts'

/** The command line that continues the run in `path`, as typed from `cwd`. */
export function resumeLine(path: string, cwd: string): string {
  return `treadle train --resume ${shellWord(shortPath(path, cwd))}`
}

/** The command line that writes the report of the run in `path` again, as typed from `cwd`. */
export function reportLine(path: string, cwd: string): string {
  return `treadle report ${shellWord(shortPath(path, cwd))}`
}
