import { TreadleError } from '@treadle/core'

/** An array of a `.npy` file, in C order. */
export interface NpyArray {
  readonly shape: readonly number[]
  readonly data:
    | Uint8Array
    | Int8Array
    | Uint16Array
    | Int16Array
    | Uint32Array
    | Int32Array
    | Float32Array
    | Float64Array
}

const readers: Readonly<
  Record<
    string,
    { bytes: number; read: (view: DataView, count: number, little: boolean) => NpyArray['data'] }
  >
> = {
  u1: { bytes: 1, read: (view, count) => new Uint8Array(view.buffer, view.byteOffset, count) },
  b1: { bytes: 1, read: (view, count) => new Uint8Array(view.buffer, view.byteOffset, count) },
  i1: { bytes: 1, read: (view, count) => new Int8Array(view.buffer, view.byteOffset, count) },
  u2: {
    bytes: 2,
    read: (view, count, le) => Uint16Array.from({ length: count }, (_, i) => view.getUint16(2 * i, le)),
  },
  i2: {
    bytes: 2,
    read: (view, count, le) => Int16Array.from({ length: count }, (_, i) => view.getInt16(2 * i, le)),
  },
  u4: {
    bytes: 4,
    read: (view, count, le) => Uint32Array.from({ length: count }, (_, i) => view.getUint32(4 * i, le)),
  },
  i4: {
    bytes: 4,
    read: (view, count, le) => Int32Array.from({ length: count }, (_, i) => view.getInt32(4 * i, le)),
  },
  i8: {
    bytes: 8,
    read: (view, count, le) =>
      Float64Array.from({ length: count }, (_, i) => Number(view.getBigInt64(8 * i, le))),
  },
  u8: {
    bytes: 8,
    read: (view, count, le) =>
      Float64Array.from({ length: count }, (_, i) => Number(view.getBigUint64(8 * i, le))),
  },
  f4: {
    bytes: 4,
    read: (view, count, le) => Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, le)),
  },
  f8: {
    bytes: 8,
    read: (view, count, le) => Float64Array.from({ length: count }, (_, i) => view.getFloat64(8 * i, le)),
  },
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte)

/** Bytes before the numbers, at most. */
export const LONGEST_NPY_HEADER = 12 + 65_536

/**
 * Reads the header of a NumPy array of numbers, format 1 to 3, and checks that a file of `size` bytes holds that array.
 * @param head the first `LONGEST_NPY_HEADER` bytes of the file, or all
 * @param name for messages
 * @throws TreadleError `DATASET_BAD_NPY`
 */
export function checkNpy(head: Uint8Array, size: number, name: string) {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  if (head.length < 12 || !isNpy(head)) throw bad(name, 'it is no NumPy array')
  const long = (head[6] as number) >= 2
  const start = long ? 12 : 10
  const headerBytes = long ? view.getUint32(8, true) : view.getUint16(8, true)
  if (headerBytes > 65_536 || start + headerBytes > head.length) throw bad(name, 'its header is cut off')
  const header = new TextDecoder().decode(head.subarray(start, start + headerBytes))
  const [, order, type] = /'descr':\s*'([<>|=])([a-zA-Z]\d+)'/.exec(header) ?? []
  const [, fortran] = /'fortran_order':\s*(True|False)/.exec(header) ?? []
  const [, sizes] = /'shape':\s*\(([\d,\s]*)\)/.exec(header) ?? []
  const reader = type !== undefined && Object.hasOwn(readers, type) ? readers[type] : undefined
  if (reader === undefined || fortran === undefined || sizes === undefined)
    throw bad(name, 'its header does not describe an array of numbers')
  if (fortran === 'True') throw bad(name, 'it is in Fortran order; save it with np.ascontiguousarray')
  const shape = sizes.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]))
  const count = shape.reduce((product, side) => product * side, 1)
  const rest = size - start - headerBytes
  if (!Number.isSafeInteger(count) || count * reader.bytes !== rest)
    throw bad(name, `its shape (${shape.join(', ')}) needs ${count * reader.bytes} bytes, but ${rest} follow`)
  return { shape, count, reader, little: order !== '>', start: start + headerBytes }
}

/**
 * Reads a NumPy array.
 * @throws TreadleError `DATASET_BAD_NPY`
 */
export function readNpy(bytes: Uint8Array, name: string): NpyArray {
  const { shape, count, reader, little, start } = checkNpy(bytes, bytes.length, name)
  const body = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start)
  return { shape, data: reader.read(body, count, little) }
}

export const bad = (name: string, reason: string) =>
  new TreadleError('DATASET_BAD_NPY', `Reading ${name}: ${reason}.`)
