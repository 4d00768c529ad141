import {
  type DataSource,
  type ImageDataset,
  type LabelledImages,
  TreadleError,
  checkOptions,
} from '@treadle/core'
import { platform } from '#platform'
import { type DataFile, baseName, checkSource, filesFromBlobs } from './data-file.ts'
import { fashionMnistInfo } from './fashion-mnist/info.ts'
import { readIdxFile } from './idx/read.ts'
import { Findings, some } from './findings.ts'
import { readMapping } from './idx/mapping.ts'
import { lookAtImages, sayLabels } from './images/look-at-images.ts'
import { labelledImages } from './labelled-images.ts'
import { optionKinds } from './option-names.ts'
import type { LoadOptions } from './options.ts'
import { together } from './together.ts'

export interface IdxFolderOptions extends LoadOptions {
  /** Name of the set. Default: the files' common prefix, else the folder's name. */
  readonly name?: string | undefined
  /** A name for each class, in the order of the labels. Default: those of the mapping file, else the labels from 0 to the largest that occurs. */
  readonly classNames?: readonly string[] | undefined
  /** Selects a set where the folder holds several: the part of the names before `train-images…`, such as `emnist-letters-`, or its first letters if no other set begins with them. */
  readonly prefix?: string | undefined
  /** Whether to transpose each image. Default: only for files named `emnist-…`, which are published transposed. */
  readonly transpose?: boolean | undefined
  /** Subtracted from each label: 1 where the labels begin with 1. Default: the first label of the mapping file, else 0. */
  readonly labelOffset?: number | undefined
}

/**
 * Loads a set in MNIST's format: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and the same for `t10k` or `test`,
 * each plain or `.gz`, with `-` or `.` before `idx`, and with any prefix (`emnist-letters-train-images-idx3-ubyte.gz`).
 * EMNIST's `emnist-letters-mapping.txt` names the classes and says which label is the first.
 *
 * @param source a folder's path, or the files themselves
 * @returns images uint8 of shape [count, height, width, channels]
 * @throws TreadleError `DATASET_NOT_FOUND`, `DATASET_AMBIGUOUS`, `DATASET_BAD_LABEL`, `DATASET_COUNT_MISMATCH`,
 *   `DATASET_BAD_SHAPE`, and what `readIdx` throws; the signal's reason on abort
 * @example
 * const { train, test, classNames } = await loadIdxFolder('data/kmnist')
 */
export async function loadIdxFolder(
  source: string | { readonly files: Iterable<File> },
  options: IdxFolderOptions = {},
): Promise<ImageDataset> {
  checkOptions('loadIdxFolder', options, optionKinds.idxFolder)
  checkSource('loadIdxFolder', source)
  const where = typeof source === 'string' ? source : 'the files given'
  const files =
    typeof source === 'string' ? await platform.listFiles(source, 1) : filesFromBlobs(source.files)
  if (!files) throw new TreadleError('DATASET_NOT_FOUND', `Loading ${where}: there is no such folder.`)
  const location = typeof source === 'string' ? source : undefined
  return loadIdxFiles(files, { where, location, kind: 'folder' }, options)
}

/** Where the files of `loadIdxFiles` are. */
interface Place {
  /** For messages. */
  readonly where: string
  readonly location: string | undefined
  readonly kind: DataSource['kind']
}

/** `loadIdxFolder` for files that are listed already. */
export async function loadIdxFiles(
  files: readonly DataFile[],
  { where, location, kind }: Place,
  options: IdxFolderOptions,
): Promise<ImageDataset> {
  const { prefix, members } = chooseSet(findIdxSets(files), where, options.prefix)
  const mapping = options.classNames === undefined ? await readMapping(files, prefix) : undefined
  const labelOffset = options.labelOffset ?? mapping?.first
  const named = options.classNames ?? mapping?.namesFrom(labelOffset ?? 0)
  const classCount = named?.length
  const digests = new Map<Role, string>()

  async function readPair(names: readonly [Role, Role], signal: AbortSignal): Promise<LabelledImages> {
    const [images, labels] = await together(
      names.map((role) => async (inner) => {
        const file = members.get(role) as DataFile
        const read = await readIdxFile(file, { onProgress: options.onProgress, signal: inner })
        digests.set(role, read.sha256)
        return { name: file.name, array: read.array }
      }),
      signal,
    )
    return labelledImages(
      images as NonNullable<typeof images>,
      labels as NonNullable<typeof labels>,
      classCount,
      labelOffset,
    )
  }

  const [train, test] = (await together(
    [
      (signal) => readPair(['train images', 'train labels'], signal),
      (signal) => readPair(['test images', 'test labels'], signal),
    ],
    options.signal,
  )) as [LabelledImages, LabelledImages]
  checkSameSize(train, test, where)
  const sha256 = Object.fromEntries(
    roles.map((role) => [unpackedName(members.get(role) as DataFile), digests.get(role) as string]),
  )
  if (options.transpose ?? prefix.toLowerCase().startsWith('emnist-')) [train, test].forEach(transpose)
  const known = isFashionMnist(sha256) ? fashionMnistInfo : undefined
  const findings = new Findings(options.onWarning)
  const classNames = named ?? known?.classNames ?? namesOf(train, test, where)
  if (mapping !== undefined)
    findings.note(
      'DATASET_MAPPING',
      `The classes are named by ${mapping.file}${labelOffset === 0 ? '' : `, and ${labelOffset} is subtracted from each label`}: ${some(classNames, 12)}.`,
    )
  if (known === undefined) {
    sayLabels(train.labels, findings)
    lookAtImages({ train, test, classNames }, findings)
  }
  return {
    name: options.name ?? known?.name ?? nameOf(prefix, where),
    train,
    test,
    classNames,
    source: { kind, ...(location !== undefined && { location }), sha256 },
    ...(findings.list.length > 0 && { findings: findings.list }),
  }
}

const roles = ['train images', 'train labels', 'test images', 'test labels'] as const
type Role = (typeof roles)[number]

/** The files of each set, by prefix. */
type IdxSets = ReadonlyMap<string, ReadonlyMap<Role, DataFile>>

const IDX_NAME = /^(.*?)(train|t10k|test)[-_.](images|labels)[-_.]idx\d[-_.](?:ubyte|int)(\.gz)?$/i

/** Finds the sets in MNIST's format among `files`. A plain file is preferred to its `.gz`. */
export function findIdxSets(files: readonly DataFile[]): IdxSets {
  const sets = new Map<string, Map<Role, DataFile>>()
  for (const file of files) {
    const [, prefix, split, kind, gz] = IDX_NAME.exec(baseName(file.path)) ?? []
    if (prefix === undefined || split === undefined || kind === undefined) continue
    const role = `${/train/i.test(split) ? 'train' : 'test'} ${kind.toLowerCase()}` as Role
    const members = sets.get(prefix) ?? new Map<Role, DataFile>()
    if (!members.has(role) || !gz) members.set(role, file)
    sets.set(prefix, members)
  }
  return sets
}

function chooseSet(sets: IdxSets, where: string, wanted: string | undefined) {
  const prefixes = [...sets.keys()]
  const begun = prefixes.filter((each) => each.startsWith(wanted ?? ''))
  const exact = prefixes.find((each) => each === wanted)
  if (exact === undefined && begun.length > 1) {
    throw new TreadleError(
      'DATASET_AMBIGUOUS',
      `Loading ${where}: it holds several sets; select one by \`prefix\` (--prefix): ${quoted(begun)}.`,
    )
  }
  const prefix = exact ?? begun[0]
  const members = prefix === undefined ? undefined : sets.get(prefix)
  if (prefix === undefined || !members) {
    throw new TreadleError(
      'DATASET_NOT_FOUND',
      `Loading ${where}: there are no IDX files${wanted === undefined ? '' : ` with the prefix ${JSON.stringify(wanted)}`}. ` +
        (prefixes.length > 0
          ? `Prefixes found: ${quoted(prefixes)}.`
          : 'Their names are train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, with or without .gz.'),
    )
  }
  const missing = roles.filter((role) => !members.has(role))
  if (missing.length > 0) {
    throw new TreadleError(
      'DATASET_NOT_FOUND',
      `Loading ${where}: ${prefix === '' ? 'the set' : `the set ${JSON.stringify(prefix)}`} lacks its ${missing.join(', ')}. A set has four files: training and test images and labels.`,
    )
  }
  return { prefix, members }
}

const quoted = (prefixes: readonly string[]) => prefixes.map((prefix) => JSON.stringify(prefix)).join(', ')

function checkSameSize(train: LabelledImages, test: LabelledImages, where: string): void {
  const sizes = [train, test].map(({ height, width, channels }) => [height, width, channels].join(' × '))
  if (sizes[0] === sizes[1]) return
  throw new TreadleError(
    'DATASET_BAD_SHAPE',
    `Loading ${where}: the training images are ${sizes[0]} (height × width × channels), the test images ${sizes[1]}; both must have one size.`,
  )
}

function unpackedName(file: DataFile): string {
  return baseName(file.path).replace(/\.gz$/i, '')
}

function nameOf(prefix: string, where: string): string {
  return prefix.replace(/[-_.]+$/, '') || baseName(where.replaceAll('\\', '/').replace(/\/+$/, ''))
}

/** Recognises the original files by their checksums, so that they get their class names in any folder. */
function isFashionMnist(sha256: Readonly<Record<string, string>>): boolean {
  return Object.values(fashionMnistInfo.files).every((file) => sha256[file.name] === file.sha256)
}

/** The labels from 0 to the largest. One damaged label would otherwise make hundreds of classes. */
function namesOf(train: LabelledImages, test: LabelledImages, where: string): string[] {
  const classes = Math.max(largest(train.labels), largest(test.labels)) + 1
  const known = new Set(train.labels).size
  if (known * 2 < classes) {
    throw new TreadleError(
      'DATASET_BAD_LABEL',
      `Loading ${where}: its largest label is ${classes - 1}, so that there are ${classes} classes, but only ${known} of them have training images. ` +
        'The labels are damaged or do not start at 0: correct them, give the first label as `labelOffset` (--label-offset), or name every class with `classNames` (--classes).',
    )
  }
  return Array.from({ length: classes }, (_, label) => String(label))
}

function largest(labels: Int32Array): number {
  return labels.reduce((most, label) => Math.max(most, label), 0)
}

/** Swaps rows and columns of square images, in place. */
function transpose({ images, count, height, width, channels }: LabelledImages): void {
  if (height !== width) {
    throw new TreadleError(
      'DATASET_BAD_SHAPE',
      `Transposing images of ${height} × ${width}: they must be square.`,
    )
  }
  const stride = height * width * channels
  for (let start = 0; start < count * stride; start += stride) {
    for (let row = 0; row < height; row++) {
      for (let column = row + 1; column < width; column++) {
        for (let channel = 0; channel < channels; channel++) {
          const one = start + (row * width + column) * channels + channel
          const other = start + (column * width + row) * channels + channel
          const swapped = images[one] as number
          images[one] = images[other] as number
          images[other] = swapped
        }
      }
    }
  }
}
