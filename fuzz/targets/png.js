import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { mutateBytes, joined } from '../mutate-bytes.js'
import { Random } from '../random.js'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** [colour type, depth, samples of a pixel] */
const kinds = [[0, 1, 1], [0, 8, 1], [0, 16, 1], [2, 8, 3], [2, 16, 3], [3, 2, 1], [3, 8, 1], [4, 8, 2], [6, 8, 4], [6, 16, 4]] // prettier-ignore

/** A PNG whose chunks are changed, with right checksums in most cases; its rows are changed before they are packed. */
export default {
  name: 'png',

  limits: { seconds: 1, bytes: 100e6 },

  async prepare(packages) {
    const { decodeImage } = await packages.treadle('image')
    return { bases: 2 * kinds.length, decodeImage }
  },

  make({ base, changes }) {
    const chunks = chunksOf(kinds[base >> 1], base % 2)
    let wrongSum = false
    let whole
    for (const seed of changes) {
      const random = new Random(seed)
      const chunk = random.pick(chunks)
      switch (random.below(9)) {
        case 0:
          chunk.data = mutateBytes(chunk.data, random)
          break
        case 1: {
          const view = new DataView((chunks[0].data = chunks[0].data.slice()).buffer)
          if (view.byteLength >= 8)
            view.setUint32(
              random.pick([0, 4]),
              random.pick([0, 1, 2, 9, 255, 4096, 20_000, 2 ** 31 - 1, 2 ** 32 - 1]),
            )
          break
        }
        case 2:
          if (chunks[0].data.length > 12)
            chunks[0].data[8 + random.below(5)] = random.pick([0, 1, 2, 3, 4, 6, 8, 16, 255])
          break
        case 3:
          repack(chunks, (rows) => mutateBytes(rows, random))
          break
        case 4:
          repack(chunks, (rows) => joined(rows, new Uint8Array(random.pick([1, 64, 100_000]))))
          break
        case 5:
          chunks.splice(random.below(chunks.length + 1), 0, {
            type: random.pick([
              'tRNS',
              'PLTE',
              'iCCP',
              'zTXt',
              'tEXt',
              'IDAT',
              'IEND',
              'IHDR',
              'acTL',
              'eXIf',
              'ABCD',
            ]),
            data: random.once(2)
              ? bomb(random)
              : Uint8Array.from({ length: random.below(20) }, () => random.below(256)),
          })
          break
        case 6:
          chunks.splice(random.below(chunks.length), 1)
          break
        case 7:
          wrongSum = random.once(3)
          if (chunks.length > 0) chunks.push(random.pick(chunks))
          break
        default:
          whole = random
      }
      if (chunks.length === 0) chunks.push({ type: 'IEND', data: new Uint8Array(0) })
    }
    const bytes = joined(SIGNATURE, ...chunks.map((chunk) => written(chunk, wrongSum)))
    return whole ? mutateBytes(bytes, whole) : bytes
  },

  async run(bytes, { decodeImage }) {
    const { width, height, channels, data } = await decodeImage(bytes, { maxPixels: 2 ** 24 })
    if (data.length !== width * height * channels)
      throw new Error(`${data.length} values for ${width} × ${height} × ${channels}`)
  },

  isOutermost: ({ code, message }) =>
    code === 'IMAGE_UNSUPPORTED' || /checksum|ends too early|first chunk|not four letters/.test(message),
}

function chunksOf([colourType, depth, samples], interlaced) {
  const [width, height] = interlaced ? [4, 4] : [7, 5]
  const header = new Uint8Array(13)
  new DataView(header.buffer).setUint32(0, width)
  new DataView(header.buffer).setUint32(4, height)
  header.set([depth, colourType, 0, 0, interlaced], 8)
  const size = (w) => 1 + Math.ceil((w * samples * depth) / 8)
  // Adam7 of 4 × 4 pixels: passes of widths 1, 1, 2, 2, 4 with 1, 1, 1, 2, 2 rows.
  const widths = interlaced ? [1, 1, 2, 2, 2, 4, 4] : Array(height).fill(width)
  const rows = joined(
    ...widths.map((w, y) => Uint8Array.from({ length: size(w) }, (_, i) => (i === 0 ? y % 5 : 0))),
  )
  return [
    { type: 'IHDR', data: header },
    ...(colourType === 3 ? [{ type: 'PLTE', data: Uint8Array.from({ length: 12 }, (_, i) => 20 * i) }] : []),
    { type: 'IDAT', data: new Uint8Array(deflateSync(rows)) },
    { type: 'IEND', data: new Uint8Array(0) },
  ]
}

function repack(chunks, change) {
  const chunk = chunks.find(({ type }) => type === 'IDAT')
  // A bomb would cost the fuzzer more than the reader.
  if (!chunk || chunk.data.length > 16_384) return
  try {
    chunk.data = new Uint8Array(deflateSync(change(new Uint8Array(inflateSync(chunk.data)))))
  } catch {
    // An earlier change has damaged it.
  }
}

let packed
/** 64 MB of zeros in 64 kB, with the name of a profile before them. */
function bomb(random) {
  packed ??= new Uint8Array(deflateSync(new Uint8Array(2 ** 26), { level: 9 }))
  return random.once(2) ? packed : joined(Uint8Array.of(120, 0, 0), packed)
}

function written({ type, data }, wrongSum) {
  const body = joined(new TextEncoder().encode(type), data)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, data.length)
  const sum = new Uint8Array(4)
  new DataView(sum.buffer).setUint32(0, (crc32(body) ^ (wrongSum ? 1 : 0)) >>> 0)
  return joined(length, body, sum)
}
