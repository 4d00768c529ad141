import { gzipSync } from 'node:zlib'
import { joined, mutateBytes } from '../mutate-bytes.js'
import { Random } from '../random.js'
import { changedIdx, piecesOf } from './idx.js'

/** gzip files around IDX arrays: changed, cut, with more members, and with much more than the header promises. */
export default {
  name: 'gz',

  async prepare(packages) {
    const { readIdx } = await packages.treadle('dataset')
    return { bases: 30, readIdx }
  },

  make({ base, changes }) {
    const [first, ...others] = changes
    const inner = changedIdx({ base, changes: first !== undefined && first % 4 === 0 ? [first] : [] })
    let packed = new Uint8Array(gzipSync(inner))
    for (const seed of others.length > 0 ? others : changes) {
      const random = new Random(seed)
      switch (random.below(7)) {
        case 0:
        case 1:
          packed = mutateBytes(packed, random)
          break
        case 2:
          packed = packed.slice(0, 2 + random.below(packed.length))
          break
        case 3:
          packed = joined(packed, new Uint8Array(gzipSync(inner)))
          break
        case 4:
          packed = joined(packed, new Uint8Array(random.pick([1, 8, 70_000])))
          break
        case 5:
          packed = new Uint8Array(gzipSync(joined(inner, new Uint8Array(random.pick([1, 100_000])))))
          break
        default:
          packed = bomb(inner)
      }
    }
    return piecesOf(packed, changes)
  },

  async run(source, { readIdx }) {
    const { data, shape } = await readIdx(source, { maxBytes: 2 ** 24 })
    if (data.length !== shape.reduce((size, one) => size * one, 1))
      throw new Error(`${data.length} values for [${shape}]`)
  },

  isOutermost: ({ code }) => ['DATASET_BAD_MAGIC', 'DATASET_UNKNOWN_DTYPE'].includes(code),
}

let zeros
/** An array followed by 256 MB of zeros, in members of 16 MB. */
function bomb(inner) {
  zeros ??= new Uint8Array(gzipSync(new Uint8Array(2 ** 24), { level: 9 }))
  const members = Array.from({ length: 16 }, () => zeros)
  return new Uint8Array(Buffer.concat([gzipSync(inner), ...members]))
}
