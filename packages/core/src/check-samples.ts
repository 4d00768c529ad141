import { TreadleError } from './error.ts'
import type { Dataset, Samples, StoredImages } from './samples.ts'
import { show } from './show.ts'

/** What the arrays of samples may be. */
export type ArrayType = 'Uint8Array' | 'Int32Array' | 'Float32Array'

/** Whether `value` is a typed array of that type, of this realm or another (an iframe, `node:vm`, jsdom). */
export function isArrayOfType(value: unknown, type: ArrayType): boolean {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === `[object ${type}]`
}

/** What a message calls a value that should be an array: its class, or the value itself. */
export function typeText(value: unknown): string {
  return ArrayBuffer.isView(value) ? Object.prototype.toString.call(value).slice(8, -1) : show(value)
}

/**
 * What is wrong with the fields, types and lengths of samples, as a sentence; undefined if they are sound. The values
 * of labels and targets depend on the model: the trainer checks them.
 * @param targets whether labels or targets must be there
 * @param fewest the least number of samples
 */
export function samplesProblem(samples: unknown, targets = true, fewest = 1): string | undefined {
  const { kind, count, ...fields } = (samples ?? {}) as Partial<Record<keyof Samples, unknown>> &
    Readonly<Record<string, unknown>>
  if (kind !== 'images' && kind !== 'table')
    return "must be LabelledImages or a Table (an object whose `kind` is 'images' or 'table'), or a `Dataset` of them."
  if (!isCount(count)) return `\`count\` (=${show(count)}) must be a whole number.`
  if (count < fewest) return 'must have at least one sample.'
  const { sizes, arrays } = layouts[kind]
  for (const name of sizes.slice(0, targets ? sizes.length : layouts[kind].inputSizes)) {
    if (!isCount(fields[name]) || fields[name] === 0)
      return `\`${name}\` (=${show(fields[name])}) must be a whole number of at least 1.`
  }
  for (const { name, type, of } of targets ? arrays : arrays.slice(0, 1)) {
    const array = fields[name]
    if (!isArrayOfType(array, type)) return `\`${name}\` must be a ${type}, not ${typeText(array)}.`
    const { length } = array as Uint8Array
    const wanted =
      name === 'images' && fields['stored'] !== undefined
        ? 0
        : of.reduce((product, size) => product * (fields[size] as number), count)
    if (length !== wanted) return `\`${name}\` holds ${length} values, but ${count} samples need ${wanted}.`
  }
  const stored = fields['stored'] as Partial<StoredImages> | undefined
  if (kind === 'images' && stored !== undefined && stored?.count !== count)
    return `\`stored\` holds ${show(stored?.count)} images, but there are ${count} samples.`
  return undefined
}

/** The fields of each kind of samples: the sizes of one sample, and the arrays, each with the sizes its length is a product of. */
const layouts: Record<
  Samples['kind'],
  {
    readonly sizes: readonly string[]
    /** How many of the sizes describe the inputs. */
    readonly inputSizes: number
    readonly arrays: readonly {
      readonly name: string
      readonly type: ArrayType
      readonly of: readonly string[]
    }[]
  }
> = {
  images: {
    sizes: ['height', 'width', 'channels'],
    inputSizes: 3,
    arrays: [
      { name: 'images', type: 'Uint8Array', of: ['height', 'width', 'channels'] },
      { name: 'labels', type: 'Int32Array', of: [] },
    ],
  },
  table: {
    sizes: ['width', 'outputs'],
    inputSizes: 1,
    arrays: [
      { name: 'features', type: 'Float32Array', of: ['width'] },
      { name: 'targets', type: 'Float32Array', of: ['outputs'] },
    ],
  },
}

/**
 * Throws unless `data` is a complete data set: training and test samples of one kind, names and a source.
 * @param operation the function that takes the data: the message begins with it
 * @param fewest the least number of samples of a part
 * @throws TreadleError `CORE_BAD_DATA`
 */
export function checkDataset(operation: string, data: unknown, fewest = 1): asserts data is Dataset {
  const problem = datasetProblem(data, fewest)
  if (problem !== undefined)
    throw new TreadleError('CORE_BAD_DATA', `${operation}: the data set is not complete: ${problem}`)
}

function datasetProblem(data: unknown, fewest: number): string | undefined {
  if (typeof data !== 'object' || data === null) return `it must be an object, not ${show(data)}.`
  const { name, train, test, validation, source, ...rest } = data as Readonly<Record<string, unknown>>
  if (typeof name !== 'string') return `\`name\` (=${show(name)}) must be a string.`
  for (const [part, samples] of Object.entries({ train, test, validation })) {
    if (part === 'validation' && samples === undefined) continue
    const problem = samplesProblem(samples, true, fewest)
    if (problem !== undefined) return `\`${part}\`: ${problem}`
  }
  const { kind } = train as Samples
  for (const list of kind === 'images' ? ['classNames'] : ['featureNames', 'targetNames']) {
    const names = rest[list]
    if (!Array.isArray(names) || !names.every((one) => typeof one === 'string'))
      return `\`${list}\` (=${show(names)}) must be a list of strings.`
  }
  const form = (samples: unknown) =>
    ['kind', ...layouts[kind].sizes]
      .map((field) => (samples as Readonly<Record<string, unknown>>)[field])
      .join()
  if ([test, validation ?? test].some((samples) => form(samples) !== form(train)))
    return 'its parts must have samples of one kind and size.'
  return sourceProblem(source)
}

function sourceProblem(source: unknown): string | undefined {
  const { kind, location, sha256 } = (source ?? {}) as Readonly<Record<string, unknown>>
  if (typeof kind !== 'string') return `\`source.kind\` (=${show(kind)}) must be a string.`
  if (location !== undefined && typeof location !== 'string')
    return `\`source.location\` (=${show(location)}) must be a string.`
  if (
    typeof sha256 !== 'object' ||
    sha256 === null ||
    !Object.values(sha256).every((hash) => typeof hash === 'string')
  )
    return `\`source.sha256\` (=${show(sha256)}) must be an object with a string for each file.`
  return undefined
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
