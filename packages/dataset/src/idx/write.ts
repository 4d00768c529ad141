import { TreadleError, checkArgument, checkOptions, show } from '@treadle/core'
import { streamChunks } from '../data-file.ts'
import { type IdxArray, dtypes, swapBytes } from './format.ts'

const BLOCK_BYTES = 1 << 20

/**
 * Encodes an array as IDX, in blocks.
 *
 * @param array `data` holds the product of `shape` values; each dimension is an integer from 1 to 2³² − 1, 1 to 255 of them
 * @returns the file's bytes as chunks, gzipped if asked
 * @throws TreadleError `DATASET_BAD_SHAPE`, `DATASET_BAD_OPTION` when iteration starts
 * @example
 * await writeFile('labels-idx1-ubyte.gz', writeIdx({ dtype: 'uint8', shape: [3], data: Uint8Array.of(9, 0, 3) }, { gzip: true }))
 */
export function writeIdx(
  array: IdxArray,
  options: { readonly gzip?: boolean } = {},
): AsyncGenerator<Uint8Array, void, void> {
  checkOptions('writeIdx', options, { gzip: 'boolean' })
  const { gzip = false } = options
  return gzip ? streamChunks(packed(array)) : plain(array)
}

async function* plain(array: IdxArray): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  yield* blocks(array)
}

function packed(array: IdxArray): ReadableStream<Uint8Array> {
  const source = blocks(array)
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const { done, value } = source.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  }).pipeThrough(new CompressionStream('gzip'))
}

function* blocks(array: IdxArray): Generator<Uint8Array<ArrayBuffer>, void, void> {
  yield header(array)
  const { bytes: size } = dtypes[array.dtype]
  const bytes = new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength)
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
    const block = bytes.slice(start, start + BLOCK_BYTES)
    swapBytes(block, size)
    yield block
  }
}

function header(array: IdxArray): Uint8Array<ArrayBuffer> {
  const fields = { dtype: 'string', shape: ['number'], data: 'object' } as const
  checkArgument('writeIdx', 'array', array, fields, 'DATASET_BAD_OPTION')
  const { dtype, shape, data } = array
  const type = Object.hasOwn(dtypes, dtype) ? dtypes[dtype] : undefined
  if (!type || !(data instanceof type.view)) {
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Writing IDX: \`dtype\` (=${show(dtype)}) must be one of ${Object.keys(dtypes).join(', ')} and \`data\` the typed array of that name.`,
    )
  }
  const sizesFit = shape.every((size) => Number.isInteger(size) && size >= 1 && size < 2 ** 32)
  if (shape.length < 1 || shape.length > 255 || !sizesFit) {
    throw new TreadleError(
      'DATASET_BAD_SHAPE',
      `Writing IDX: \`shape\` (=[${shape.join(', ')}]) must have 1 to 255 dimensions, each an integer from 1 to 4294967295.`,
    )
  }
  const count = shape.reduce((product, size) => product * size, 1)
  if (count !== data.length) {
    throw new TreadleError(
      'DATASET_BAD_SHAPE',
      `Writing IDX: \`data\` holds ${data.length} values, but \`shape\` (=[${shape.join(', ')}]) needs ${count}.`,
    )
  }
  const bytes = new Uint8Array(4 + 4 * shape.length)
  bytes[2] = type.code
  bytes[3] = shape.length
  const view = new DataView(bytes.buffer)
  shape.forEach((size, axis) => view.setUint32(4 + 4 * axis, size))
  return bytes
}
