import { TreadleError, checkOptions } from '@treadle/core'
import { platform } from '#platform'
import { type ByteSource, abortable, sourceFile } from '../bytes.ts'
import { type DataFile, baseName } from '../data-file.ts'
import { unpack } from '../gzip.ts'
import { optionKinds } from '../option-names.ts'
import type { LoadOptions } from '../options.ts'
import type { IdxArray } from './format.ts'
import { IdxParser } from './parser.ts'

export interface ReadIdxOptions extends Omit<LoadOptions, 'onWarning'> {
  /** The file's name, for messages and progress. */
  readonly name?: string
  /** The largest size of the values in bytes. Default 2³¹. */
  readonly maxBytes?: number
}

/**
 * Reads an IDX array of any type and rank, gzipped or not, from memory or from a stream.
 *
 * @returns `data` row-major, of the file's type, in the machine's byte order
 * @throws TreadleError `DATASET_BAD_GZIP`, `DATASET_BAD_MAGIC`, `DATASET_UNKNOWN_DTYPE`, `DATASET_BAD_SHAPE`,
 *   `DATASET_TOO_LARGE`, `DATASET_TRUNCATED`, `DATASET_EXTRA_BYTES`, `DATASET_BAD_SOURCE`; the signal's reason on abort
 * @example
 * const { dtype, shape, data } = await readIdx(createReadStream('t10k-images-idx3-ubyte.gz'))
 */
export async function readIdx(source: ByteSource, given: ReadIdxOptions = {}): Promise<IdxArray> {
  checkOptions('readIdx', given, optionKinds.readIdx)
  const { name = 'the IDX data', ...options } = given
  const { array } = await readIdxFile(sourceFile(source, name), options)
  return array
}

/** The published shape and digest of a file. */
export interface ExpectedIdx {
  readonly shape: readonly number[]
  /** SHA-256 of the unpacked file, hex. */
  readonly sha256: string
}

/** The highest compression ratio of deflate (zlib's technical notes), which bounds what a gzip file can hold. */
const DEFLATE_MOST = 1032
/** The most bytes allocated at once for a file on disk. Beyond it, the allocation doubles as bytes arrive. */
const AT_ONCE = 64 << 20

/**
 * Decompresses, hashes and parses one file in one pass.
 * @throws TreadleError as `readIdx`, and `DATASET_CHECKSUM`, `DATASET_BAD_SHAPE` where it differs from `expected`
 */
export async function readIdxFile(
  file: DataFile,
  { expected, signal, onProgress, maxBytes }: Omit<ReadIdxOptions, 'name'> & { expected?: ExpectedIdx },
): Promise<{ array: IdxArray; sha256: string }> {
  // Before the file is opened: nothing closes it if this fails.
  const size = await file.size()
  const { packed, bytes } = await unpack(abortable(file.stream(), file.name, signal), file.name)
  const parser = new IdxParser({
    name: file.name,
    ...(maxBytes === undefined ? {} : { maxBytes }),
    atMost: size === undefined ? undefined : Math.min(AT_ONCE, packed ? size * DEFLATE_MOST : size),
  })
  const hasher = platform.sha256()
  const label = baseName(file.path)
  let loaded = 0
  let unchecked = expected
  for await (const chunk of bytes) {
    parser.push(chunk)
    if (unchecked && parser.header) {
      checkShape(file, parser.header.shape, unchecked)
      unchecked = undefined
    }
    hasher.update(chunk)
    loaded += chunk.length
    onProgress?.({ phase: packed ? 'unpack' : 'read', file: label, loaded, total: parser.header?.fileBytes })
  }
  const array = parser.finish()
  const sha256 = hasher.digest()
  if (expected) checkDigest(file.name, sha256, expected.sha256)
  onProgress?.({ phase: 'verify', file: label, loaded, total: loaded })
  return { array, sha256 }
}

function checkShape(file: DataFile, shape: readonly number[], expected: ExpectedIdx): void {
  if (shape.join() === expected.shape.join()) return
  throw new TreadleError(
    'DATASET_BAD_SHAPE',
    `Reading ${file.name}: its shape is [${shape.join(', ')}], expected [${expected.shape.join(', ')}]. It belongs to another data set or is damaged.`,
  )
}

/** @throws TreadleError `DATASET_CHECKSUM` */
export function checkDigest(name: string, met: string, expected: string): void {
  if (met === expected) return
  throw new TreadleError(
    'DATASET_CHECKSUM',
    `Checking ${name}: the SHA-256 of the unpacked file is ${met}, expected ${expected}. The file is damaged or not the published one; download it again.`,
  )
}
