import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { together } from './data-files.js'
import { ascii, i32, i64, parquetFile, plain, plainLabels, thrift, varint } from './parquet-file.js'

const MANY = 2 ** 24
const LARGE = 2 ** 27
const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }

/** Files of a few images that read well, one for each compression; with `size`, their pages of images state that many bytes. */
export function packedParquet(image, size) {
  const images = plain([image, image, image, image])
  const labels = { pages: [{ packed: plainLabels([0, 1, 0, 1]), count: 4 }] }
  return Object.fromEntries(
    Object.entries(packers).map(([codec, pack]) => [
      codec,
      parquetFile({ codec, pages: [{ packed: pack(images), count: 4, size: size?.(images.length) ?? images.length }] }, labels), // prettier-ignore
    ]),
  )
}

/** Each codec, as far as it stores bytes. */
export const packers = {
  UNCOMPRESSED: (bytes) => bytes,
  // A literal of a length of two bytes.
  SNAPPY: (bytes) =>
    together([Uint8Array.from(varint(bytes.length)), Uint8Array.of(61 << 2, (bytes.length - 1) & 255, (bytes.length - 1) >> 8), bytes]), // prettier-ignore
  GZIP: (bytes) => new Uint8Array(gzipSync(bytes)),
  BROTLI: (bytes) => new Uint8Array(brotliCompressSync(bytes)),
  LZ4_RAW: lz4Literal,
  LZ4: (bytes) => {
    const packed = lz4Literal(bytes)
    const sizes = new DataView(new ArrayBuffer(8))
    sizes.setUint32(0, bytes.length)
    sizes.setUint32(4, packed.length)
    return together([new Uint8Array(sizes.buffer), packed])
  },
  ZSTD: (bytes) => zstd([zstdBlock(0, bytes.length, bytes, true)]),
}

function lz4Literal(bytes) {
  const length = bytes.length - 15
  return together([Uint8Array.of(0xf0, ...Array(Math.floor(length / 255)).fill(255), length % 255), bytes])
}

const FRAME = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)

/** A frame of Zstandard without its size, by a window of `2 ** (10 + exponent)` bytes. */
const zstd = (blocks, exponent = 7) => together([FRAME, Uint8Array.of(0, exponent << 3), ...blocks])

function zstdBlock(kind, size, bytes, isLast = false) {
  const head = (size << 3) | (kind << 1) | (isLast ? 1 : 0)
  return together([Uint8Array.of(head & 255, (head >> 8) & 255, (head >> 16) & 255), bytes])
}

/** One literal, and 98,047 matches of 65,539 bytes each without a bit for them. */
const SEQUENCES = Uint8Array.of(8, 65, 0xff, 0xff, 0xff, 0x54, 0, 0, 52, 1)

/** `count` runs of 128 kB in Zstandard, each of 4 bytes. */
const zstdRuns = (count) =>
  zstd(Array.from({ length: count }, (_, i) => zstdBlock(1, 2 ** 17, Uint8Array.of(0), i === count - 1)))

/** Small files that state what is not so, or unpack to far more than they state. Each is an error. */
export function lyingParquet(image) {
  const images = { pages: [{ packed: plain([image, image, image, image]), count: 4 }] }
  const labels = { pages: [{ packed: plainLabels([0, 1, 0, 1]), count: 4 }] }
  const file = (page, stated, codec) => parquetFile({ codec, pages: [page] }, labels, stated)
  const labelled = (page, stated, codec) => parquetFile(images, { codec, pages: [page] }, stated)
  const dictionary = { packed: plainLabels([0, 1]), count: 2, isDictionary: true }
  const indices = (bytes, count = 4) =>
    parquetFile(images, { pages: [dictionary, { packed: Uint8Array.from(bytes), count, encoding: 8 }] }, { rows: 4 }) // prettier-ignore
  const zeros = new Uint8Array(LARGE)
  const footer = (bytes) => parquetFile(images, labels, { footer: bytes })
  const size = 2 ** 16
  return {
    ...renamed(
      'too-small',
      packedParquet(image, (length) => length - 1),
    ),
    ...renamed(
      'too-large',
      packedParquet(image, (length) => length + 1),
    ),
    ...renamed(
      'far-too-large',
      packedParquet(image, () => LARGE),
    ),
    'zstd-runs': file({ packed: zstdRuns(16_000), count: 4, size }, {}, 'ZSTD'),
    'zstd-window': file({ packed: zstd([zstdBlock(1, size, Uint8Array.of(0), true)], 20), count: 4, size: size + 1 }, {}, 'ZSTD'), // prettier-ignore
    'zstd-segment': file({ packed: together([FRAME, Uint8Array.of(0xa0, 0, 0, 0, 0x70, 1, 0, 0)]), count: 4, size }, {}, 'ZSTD'), // prettier-ignore
    'zstd-sequences': file({ packed: zstd([zstdBlock(2, SEQUENCES.length, SEQUENCES, true)]), count: 4, size }, {}, 'ZSTD'), // prettier-ignore
    'gzip-bomb': file(
      { packed: together(Array(8).fill(gzipSync(zeros.subarray(0, MANY), { level: 1 }))), count: 4, size },
      {},
      'GZIP',
    ),
    'brotli-bomb': file(
      { packed: new Uint8Array(brotliCompressSync(zeros, FAST)), count: 4, size },
      {},
      'BROTLI',
    ),
    // Its first block has less than the stated size.
    'brotli-blocks': file(
      { packed: new Uint8Array(brotliCompressSync(zeros, FAST)), count: 4, size: 3 * size },
      {},
      'BROTLI',
    ),
    'snappy-claim': file({ packed: Uint8Array.from([...varint(LARGE), 0, 0]), count: 4, size }, {}, 'SNAPPY'),
    'lz4-match': file({ packed: together([Uint8Array.of(0x1f, 0, 1, 0), new Uint8Array(2 ** 16).fill(255), Uint8Array.of(0)]), count: 4, size }, {}, 'LZ4_RAW'), // prettier-ignore
    rows: file(images.pages[0], { rows: MANY }),
    'group-rows': file(images.pages[0], { groupRows: MANY }),
    'negative-rows': file(images.pages[0], { rows: -4 }),
    values: parquetFile({ ...images, values: MANY }, { ...labels, values: MANY }, { rows: MANY }),
    'page-values': file({ ...images.pages[0], count: MANY }, { rows: 4 }),
    'negative-page-values': file({ ...images.pages[0], count: -1 }, { rows: 4 }),
    overlaps: parquetFile(images, labels, { groups: 100 }),
    groups: parquetFile(images, labels, { groups: 100_000, rows: 1 }),
    dictionary: parquetFile(images, { pages: [{ ...dictionary, count: MANY }, { packed: Uint8Array.of(1, 8, 0), count: 4, encoding: 8 }] }), // prettier-ignore
    // Runs of equal values, of packed bits, of bits without a width, and of too wide ones.
    run: indices([1, ...varint(2 ** 31), 0]),
    'packed-run': indices([1, ...varint(2 ** 30 + 1), 0]),
    'run-of-nothing': parquetFile(images, { pages: [dictionary, { packed: Uint8Array.from([0, ...varint(2 ** 31 - 1)]), count: 4, encoding: 8, second: {} }] }), // prettier-ignore
    'wide-run': indices([200, 3, 1, 2, 3, 4]),
    levels: file({ packed: together([Uint8Array.of(6, 0, 0, 0, ...varint(2 ** 31), 1), plain([image])]), count: 4 }, { isOptional: true }), // prettier-ignore
    'second-levels': file({ packed: images.pages[0].packed, count: 4, second: { levels: MANY } }, { isOptional: true }), // prettier-ignore
    'repeated-levels': file({ packed: images.pages[0].packed, count: 4, second: { repeated: MANY } }),
    missing: file({ packed: images.pages[0].packed, count: 4, second: { missing: MANY } }),
    deltas: labelled({ packed: together([Uint8Array.of(128, 1, 4, 4, 0), new Uint8Array(size).fill(255)]), count: 4, encoding: 5 }), // prettier-ignore
    'delta-parts': labelled({ packed: Uint8Array.from([128, 1, ...varint(2 ** 31), 4, 0, 0, 0]), count: 4, encoding: 5 }), // prettier-ignore
    'delta-bytes': file({ packed: images.pages[0].packed, count: 4, encoding: 7 }),
    'end-list': footer(Uint8Array.from([0x29, 0xfc, ...varint(2 ** 25)])),
    'end-lists': footer(Uint8Array.from(Array.from({ length: 20 }, () => [0x19, 0xf9, ...varint(2 ** 24)]).flat())), // prettier-ignore
    'end-number': footer(new Uint8Array(2 ** 17).fill(255).fill(0x36, 0, 1)),
    'end-depth': footer(new Uint8Array(2 ** 17).fill(0x1c)),
    columns: footer(thrift({ 1: i32(1), 2: Array.from({ length: 20_000 }, () => ({ 4: ascii('a'), 5: i32(1) })), 3: i64(0), 4: [] })), // prettier-ignore
    'no-columns': footer(thrift({ 1: i32(1), 2: [{ 4: ascii('a'), 5: i32(2 ** 30) }], 3: i64(4), 4: [] })),
    'without-end': file(images.pages[0]).subarray(0, -9),
    'end-length': together([file(images.pages[0]).subarray(0, -8), Uint8Array.of(255, 255, 255, 127), ascii('PAR1')]), // prettier-ignore
  }
}

const renamed = (suffix, files) =>
  Object.fromEntries(
    Object.entries(files).map(([codec, bytes]) => [`${codec.toLowerCase()}-${suffix}`, bytes]),
  )
