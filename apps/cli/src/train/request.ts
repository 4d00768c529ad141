import { datasetNames } from '@treadle/dataset'
import type { ParsedArgs } from 'citty'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { optimizerNames } from '../arguments/optimizer-names.ts'
import { didYouMean } from '../arguments/suggest.ts'
import { choice, realNumber, threadCount, wholeNumber, wholeNumbers } from '../arguments/values.ts'
import type { trainArgs } from '../commands/train.ts'
import { UsageError } from '../errors.ts'
import type { TrainRequest } from '../run-directory/record.ts'
import { displayPath } from '../terminal/display-path.ts'

const MAX_SEED = 2 ** 32 - 1

/**
 * A data set's name, or the absolute path of a folder or file, so that a resume from elsewhere finds it.
 * @throws UsageError
 */
export function dataOption(text: string, cwd: string): string {
  if (datasetNames.includes(text)) return text
  const path = resolve(cwd, text)
  if (existsSync(path)) return path
  throw new UsageError(
    `There are no data ${text}: it is neither a folder or file nor one of ${datasetNames.join(', ')}.${didYouMean(text, datasetNames)}`,
  )
}

export const epochsOption = (text: string) => wholeNumber('--epochs', text, { min: 1 })
const seedOption = (text: string) => wholeNumber('--seed', text, { min: 0, max: MAX_SEED })
export const executorOption = (text: string) => choice('--executor', text, ['auto', 'compiled', 'eager'])

/**
 * What the flags ask for, checked.
 * @throws UsageError
 */
export function trainRequest(args: ParsedArgs<typeof trainArgs>, cwd: string): TrainRequest {
  const optional = <Value>(
    flag: Extract<keyof typeof trainArgs, string>,
    read: (flag: string, text: string) => Value,
  ) => {
    const text = args[flag]
    return typeof text === 'string' ? read(`--${flag}`, text) : undefined
  }
  const units = optional('units', (flag, text) => wholeNumbers(flag, text, { min: 1 }))
  const dropout = optional('dropout', (flag, text) => realNumber(flag, text, { min: 0, below: 1 }))
  const learningRate = optional('learning-rate', (flag, text) => realNumber(flag, text, { above: 0 }))
  const earlyStopping = optional('early-stopping', (flag, text) => wholeNumber(flag, text, { min: 1 }))
  const validationSplit = optional('validation-split', (flag, text) =>
    realNumber(flag, text, { above: 0, below: 1 }),
  )
  const executor = executorOption(args.executor)
  const fastMath = args['fast-math'] ?? false
  if (fastMath && executor === 'eager') {
    throw new UsageError(
      '`--fast-math` is for compiled programs; `--executor eager` runs none. Leave one of them out.',
    )
  }
  return {
    model: args.model,
    modelParameters: { ...(units && { units }), ...(dropout !== undefined && { dropout }) },
    data: dataOption(args.data, cwd),
    epochs: epochsOption(args.epochs),
    batchSize: wholeNumber('--batch-size', args['batch-size'], { min: 1 }),
    seed: seedOption(args.seed),
    threads: threadCount('--threads', args.threads),
    executor,
    ...(fastMath && { fastMath }),
    optimizer: choice('--optimizer', args.optimizer, optimizerNames),
    ...(learningRate !== undefined && { learningRate }),
    ...(earlyStopping !== undefined && { earlyStopping }),
    ...(validationSplit !== undefined && { validationSplit }),
  }
}

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

/** Quoted for a shell where it must be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** The command line that continues the run in `path`, as typed from `cwd`. */
export function resumeLine(path: string, cwd: string): string {
  return `treadle train --resume ${shellWord(displayPath(path, cwd))}`
}

/** The command line that writes the report of the run in `path` anew, as typed from `cwd`. */
export function reportLine(path: string, cwd: string): string {
  return `treadle report ${shellWord(displayPath(path, cwd))}`
}
