import { shellWord } from '../arguments/shell-word.ts'
import type { TrainRequest } from '../run-directory/record.ts'
import { displayPath } from '../terminal/display-path.ts'

/** The command line that asks for `request`, with what differs from the defaults. */
export function commandLine(request: TrainRequest): string {
  const words = ['treadle', 'train']
  if (request.model !== 'wide-and-deep') words.push(request.model)
  const flag = (
    name: string,
    value: string | number | readonly number[] | undefined,
    fallback?: string | number,
  ) => {
    if (value !== undefined && value !== fallback) words.push(`--${name}`, shellWord(String(value)))
  }
  flag('data', request.data, 'auto')
  flag('epochs', request.epochs, 10)
  flag('batch-size', request.batchSize, 32)
  flag('seed', request.seed)
  flag('optimizer', request.optimizer, 'adam')
  flag('learning-rate', request.learningRate)
  flag('early-stopping', request.earlyStopping)
  flag('validation-split', request.validationSplit)
  for (const [name, value] of Object.entries(request.modelParameters)) flag(name, value)
  flag('threads', request.threads, 'auto')
  flag('executor', request.executor, 'auto')
  if (request.fastMath) words.push('--fast-math')
  return words.join(' ')
}

/** The command line that continues the run in `path`, as typed from `cwd`. */
export function resumeLine(path: string, cwd: string): string {
  return `treadle train --resume ${shellWord(displayPath(path, cwd))}`
}

/** The command line that writes the report of the run in `path` anew, as typed from `cwd`. */
export function reportLine(path: string, cwd: string): string {
  return `treadle report ${shellWord(displayPath(path, cwd))}`
}
