import {
  type LabelledImages,
  type Preprocessing,
  type StoredImages,
  TreadleError,
  isTreadleError,
} from '@treadle/core'
import type { PrepareFileOptions, PreparedFile } from '@treadle/image'
import { collect, untilAborted } from '../bytes.ts'
import { ahead } from '../ahead.ts'
import { type DataFile } from '../data-file.ts'
import { type Findings, many, some } from '../findings.ts'
import type { ContractParts } from './contract-options.ts'
import type { CacheOptions, DecodedSet } from './decoded-set.ts'
import type { ListedPicture, PictureList } from './layouts/picture-list.ts'
import { type Decoders, openDecoders } from './open-decoders.ts'
import { pictureChunks } from './picture-chunks.ts'
import { PictureStack } from './picture-stack.ts'

/** Files that are read or decoded at once. */
const AT_ONCE = 9

interface ReadOptions extends CacheOptions {
  readonly strict?: boolean | undefined
  readonly threads?: 'auto' | number | undefined
  /** For progress. */
  readonly name: string
}

/** The images of a list, part by part. */
export interface ReadPictures {
  readonly train: LabelledImages
  readonly validation: LabelledImages | undefined
  readonly test: LabelledImages | undefined
  readonly contract: Preprocessing
  readonly sizes: readonly (readonly [size: string, count: number])[]
}

/**
 * Reads the images of a list and prepares them. Files that cannot be read are a finding, or with `strict` an error.
 * @throws TreadleError `DATASET_BAD_IMAGE`, `DATASET_IMAGE_SIZE`, `DATASET_TOO_LARGE`
 */
export async function readPictures(
  list: PictureList,
  given: ContractParts,
  findings: Findings,
  options: ReadOptions,
): Promise<ReadPictures> {
  const { train, validation = [], test = [] } = list
  const members = [...train, ...validation, ...test]
  const failed = new Map<number, { name: string; reason: string }>()
  const openSet = async () => {
    // Loaded on first use: a page has no such cache.
    const { DecodedSet } = await import('./decoded-set.ts')
    const files = members.map(({ file }) => file)
    return DecodedSet.open(files, { given, training: train.length }, options)
  }
  const set = options.cache === true || options.memory !== undefined ? await openSet() : undefined
  const stack = new PictureStack(members.length, set?.given ?? given, options.memory)
  const isTraining = (index: number) => index < train.length || train.length === 0

  let decoders: Promise<Decoders> | undefined
  const prepare: Decoders['prepare'] = async (bytes, how) => {
    decoders ??= openDecoders(members.length, options.threads, options.signal)
    return (await decoders).prepare(bytes, how)
  }

  async function read(indices: readonly number[], pass: number, done: number): Promise<number[]> {
    const undecided: number[] = []
    const { preparation } = stack
    const results = ahead(indices, AT_ONCE, async (index): Promise<ReadOne> => {
      const found = await set?.read(index, pass)
      return found
        ? { prepared: found }
        : readOne((members[index] as ListedPicture).file, { preparation, prepare, set })
    })
    for await (const [index, { prepared: result, hash }] of untilAborted(results, options.signal)) {
      const { file } = members[index] as ListedPicture
      try {
        if (result instanceof Error) throw result
        await set?.write({ index, pass, file: result }, hash)
        if (!stack.put(index, result, file.name, isTraining(index))) undecided.push(index)
        if (stack.isStored && !set?.holdsAll) throw notCached(members.length, stack.bytes)
      } catch (error) {
        failed.set(index, failure(error, file, options.strict ?? false))
      }
      done++
      const loaded = done - undecided.length
      options.onProgress?.({ phase: 'decode', file: options.name, loaded, total: members.length })
    }
    return undecided
  }

  let undecided: number[]
  let byContrast: boolean
  let complete = false
  try {
    undecided = await read([...members.keys()], 0, 0)
    byContrast = stack.decideBackground()
    if (undecided.length > 0) await read(undecided, 1, members.length - undecided.length)
    complete = true
  } finally {
    await (await decoders)?.close()
    await set?.close(complete ? stack.contract : undefined)
  }
  sayDecisions(stack, given, byContrast, given.background === undefined ? undecided.length : 0, findings)
  sayFailed(members, failed, findings)
  if (failed.size === members.length) throw noneReadable(members, failed)
  const classes = new Map(list.classNames.map((name, index) => [name, index]))
  const { memory = 0 } = options
  const stored = (size: number, good: readonly number[]) =>
    stack.isStored ? set?.stored({ size, memory }, Uint32Array.from(good)) : undefined
  const counts = [train.length, validation.length, test.length]
  const parts = gather(stack, members, counts, failed, classes, stored)
  return {
    train: parts[0] as LabelledImages,
    validation: list.validation && parts[1],
    test: list.test && parts[2],
    contract: stack.contract,
    sizes: stack.sizes,
  }
}

interface ReadOne {
  /** The prepared file, or why it cannot be read. */
  readonly prepared: PreparedFile | TreadleError
  /** Of the file, if it was decoded and there is a set to write to. */
  readonly hash?: string | undefined
}

interface Reading {
  readonly preparation: Pick<PrepareFileOptions, 'contract' | 'undecided'>
  readonly prepare: Decoders['prepare']
  readonly set: DecodedSet | undefined
}

async function readOne(file: DataFile, { preparation, prepare, set }: Reading): Promise<ReadOne> {
  try {
    const bytes = await collect(pictureChunks(file))
    return { prepared: await prepare(bytes, { ...preparation, name: file.name }), hash: set?.digest(bytes) }
  } catch (error) {
    if (isTreadleError(error)) return { prepared: error }
    throw error
  }
}

/** Faults that concern one file. */
const ofOneFile = /^(IMAGE_(UNSUPPORTED|DAMAGED|TOO_LARGE)|DATASET_(UNREADABLE|BAD_ARCHIVE))$/

function failure(error: unknown, file: DataFile, strict: boolean) {
  if (!isTreadleError(error) || !ofOneFile.test(error.code)) throw error
  if (strict)
    throw new TreadleError('DATASET_BAD_IMAGE', `${error.message} (--strict: no file may be left out.)`, {
      cause: error,
    })
  const prefix = `Reading ${file.name}: `
  const reason = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message
  return { name: file.path, reason }
}

/** The set is too large for the memory, and is not in the cache. */
function notCached(count: number, bytes: number): TreadleError {
  return new TreadleError(
    'DATASET_CACHE',
    `The ${count} images take ${bytes} bytes, more than \`memory\` (--memory), so they must be read from the cache of decoded images, but it could not be written. ` +
      'Free disk space, set another folder in TREADLE_CACHE, do not change files while they are loaded, or give more memory.',
  )
}

function noneReadable(
  members: readonly ListedPicture[],
  failed: ReadonlyMap<number, { readonly reason: string }>,
): TreadleError {
  const first = `Reading ${members[0]?.file.name}: ${failed.get(0)?.reason}`
  return new TreadleError(
    'DATASET_BAD_IMAGE',
    members.length === 1 ? first : `None of the ${members.length} files can be read as an image. ${first}`,
  )
}

function sayFailed(
  members: readonly ListedPicture[],
  failed: ReadonlyMap<number, { name: string; reason: string }>,
  findings: Findings,
): void {
  if (failed.size === 0) return
  const files = [...failed.values()]
  findings.warn(
    'DATASET_UNREADABLE_IMAGES',
    `${many(failed.size, 'file', ['is', 'are'])} left out, because ${failed.size === 1 ? 'it' : 'they'} cannot be read as an image. ` +
      `Reading ${files[0]?.name}: ${files[0]?.reason}${failed.size > 1 ? ` Likewise ${some(files.slice(1).map(({ name }) => name))}.` : ''} With \`strict\` (--strict) this is an error.`,
    files,
  )
  const classes = new Set(members.map(({ className }) => className))
  members.forEach(({ className }, index) => {
    if (!failed.has(index)) classes.delete(className)
  })
  if (classes.size > 0)
    findings.warn(
      'DATASET_UNREADABLE_CLASS',
      `No file of ${classes.size === 1 ? 'this class' : 'these classes'} can be read: ${some([...classes], 20)}.`,
    )
}

function sayDecisions(
  stack: PictureStack,
  given: ContractParts,
  byContrast: boolean,
  transparent: number,
  findings: Findings,
): void {
  const { coloured, grey } = stack.colours
  const { contract } = stack
  if (given.channels === undefined && coloured !== undefined) {
    const all = coloured.count + (grey?.count ?? 0)
    const text =
      coloured.count === all
        ? 'All images have colours, so they are RGB (3 channels).'
        : `${coloured.count} of ${all} images ${coloured.count === 1 ? 'has' : 'have'} colours, so all are RGB (3 channels).`
    const few = grey !== undefined && coloured.count * 10 <= all
    if (few)
      findings.warn(
        'DATASET_FEW_COLOURED',
        `${text} The first is ${coloured.first}. If colour does not matter, give \`channels: 1\` (--channels 1).`,
      )
    else findings.note('DATASET_CHANNELS', text)
  } else if (given.channels === undefined) {
    findings.note('DATASET_CHANNELS', 'No image has colours, so all are grey (1 channel).')
  }
  if (given.size === undefined)
    findings.note('DATASET_SIZE', `All images have ${contract.width} × ${contract.height} pixels.`)
  if (transparent > 0) {
    const [colour, because] =
      contract.background === '#ffffff'
        ? [
            'white',
            byContrast ? 'their opaque parts are dark' : 'the borders of the training images are light',
          ]
        : [
            'black',
            byContrast ? 'their opaque parts are light' : 'the borders of the training images are dark',
          ]
    findings.note(
      'DATASET_BACKGROUND',
      `${many(transparent, 'image', ['is', 'are'])} transparent in parts and shown on ${colour}, because ${because}. \`background\` (--background) sets another colour.`,
    )
  }
}

/** Removes the gaps of the files that failed, and cuts the images into parts. */
function gather(
  stack: PictureStack,
  members: readonly ListedPicture[],
  counts: readonly number[],
  failed: ReadonlyMap<number, unknown>,
  classes: ReadonlyMap<string, number>,
  storedOf: (size: number, good: readonly number[]) => StoredImages | undefined,
): LabelledImages[] {
  const { height, width, channels } = stack.contract
  const stride = height * width * channels
  const { pixels } = stack
  const good = [...members.keys()].filter((index) => !failed.has(index))
  const stored = storedOf(stride, good)
  if (failed.size > 0 && !stored)
    good.forEach((from, to) => pixels.copyWithin(to * stride, from * stride, (from + 1) * stride))
  const labels = Int32Array.from(good, (index) => classes.get(members[index]?.className as string) as number)
  let start = 0
  let first = 0
  return counts.map((length) => {
    const count = good.filter((index) => index >= first && index < first + length).length
    const part: LabelledImages = {
      kind: 'images',
      images: pixels.subarray(start * stride, (start + count) * stride),
      labels: labels.subarray(start, start + count),
      count,
      height,
      width,
      channels,
    }
    const from = start
    start += count
    first += length
    if (!stored) return part
    return { ...part, stored: stored.select(Uint32Array.from({ length: count }, (_, i) => from + i)) }
  })
}
