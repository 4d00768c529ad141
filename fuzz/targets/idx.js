import { joined, mutateBytes } from '../mutate-bytes.js'
import { Random } from '../random.js'

const shapes = [[3], [4, 2], [2, 3, 3], [2, 2, 2, 3], [1, 1, 1, 1, 1]] // prettier-ignore
/** Code and bytes of each type. */
const types = [[8, 1], [9, 1], [11, 2], [12, 4], [13, 4], [14, 8]] // prettier-ignore

/** IDX arrays with changed headers, shapes and lengths, as bytes or as a stream of pieces. */
export default {
  name: 'idx',

  async prepare(packages) {
    const { readIdx } = await packages.treadle('dataset')
    return { bases: shapes.length * types.length, readIdx }
  },

  make: ({ base, changes }) => piecesOf(changedIdx({ base, changes }), changes),

  async run(source, { readIdx }) {
    const { data, shape } = await readIdx(source, { maxBytes: 2 ** 24 })
    if (data.length !== shape.reduce((size, one) => size * one, 1))
      throw new Error(`${data.length} values for [${shape}]`)
  },

  isOutermost: ({ code }) => ['DATASET_BAD_MAGIC', 'DATASET_UNKNOWN_DTYPE'].includes(code),
}

export function changedIdx({ base, changes }) {
  const shape = [...shapes[base % shapes.length]]
  let [code, width] = types[Math.floor(base / shapes.length) % types.length]
  const size = shape.reduce((product, one) => product * one, width)
  let data = Uint8Array.from({ length: size }, (_, i) => i)
  let bytes
  for (const seed of changes) {
    const random = new Random(seed)
    switch (random.below(7)) {
      case 0:
      case 1:
        shape[random.below(shape.length)] = random.pick([
          0,
          1,
          2,
          5,
          255,
          65_536,
          2 ** 20,
          2 ** 31 - 1,
          2 ** 31,
          2 ** 32 - 1,
        ])
        break
      case 2:
        shape.push(random.pick([1, 2, 1000, 2 ** 32 - 1]))
        break
      case 3:
        ;[code, width] = random.pick(types)
        break
      case 4:
        data = mutateBytes(data, random)
        break
      case 5:
        data = joined(data, new Uint8Array(random.pick([1, 8, 4096])))
        break
      default:
        bytes = random
    }
  }
  const header = new Uint8Array(4 + 4 * shape.length)
  const view = new DataView(header.buffer)
  header.set([0, 0, code, shape.length])
  shape.forEach((one, i) => view.setUint32(4 + 4 * i, one))
  const whole = joined(header, data)
  return bytes ? mutateBytes(whole, bytes) : whole
}

/** Every third input comes as a stream of small pieces. */
export function piecesOf(bytes, changes) {
  const size = (changes[0] ?? 1) % 3 === 0 ? 1 + ((changes[0] ?? 0) % 7) : bytes.length
  if (size >= bytes.length) return bytes
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  )
}
