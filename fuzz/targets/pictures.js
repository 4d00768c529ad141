import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mutateBytes } from '../mutate-bytes.js'
import { Random } from '../random.js'

/** Changed JPEG, WebP, GIF and BMP files, also with other sizes in their headers. */
export default {
  name: 'pictures',

  limits: { seconds: 1, bytes: 100e6 },

  async prepare(packages) {
    const { decodeImage } = await packages.treadle('image')
    const path = join(packages.root, 'packages/image/test/fixtures/pictures.json')
    const cases = JSON.parse(await readFile(path, 'utf8'))
    const files = cases.map(({ file }) => new Uint8Array(Buffer.from(file, 'base64')))
    // What the decoders need once is not of a file.
    for (const file of files) await decodeImage(file)
    return { bases: files.length, decodeImage, files }
  },

  make({ base, changes }, { files }) {
    let bytes = files[base]
    for (const seed of changes) {
      const random = new Random(seed)
      bytes = random.once(4) ? resized(bytes, random) : mutateBytes(bytes, random)
    }
    return bytes
  },

  async run(bytes, { decodeImage }) {
    const { width, height, channels, data } = await decodeImage(bytes)
    if (data.length !== width * height * channels)
      throw new Error(`${data.length} values for ${width} × ${height} × ${channels}`)
  },

  isOutermost: ({ code }) => code === 'IMAGE_UNSUPPORTED',
}

const sides = [0, 1, 255, 1000, 4096, 8191, 16_383, 65_535]

/** Another width or height where the format keeps it. */
function resized(file, random) {
  const bytes = file.slice()
  const view = new DataView(bytes.buffer)
  const side = random.pick(sides)
  const which = 2 * random.below(2)
  const name = String.fromCharCode(...bytes.subarray(0, 4))
  if (bytes[0] === 0xff) {
    // The frame header: SOF0 to SOF2.
    const at = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] >= 0xc0 && bytes[i + 1] <= 0xc2)
    if (at > 0 && at + 9 < bytes.length) view.setUint16(at + 5 + which, side)
  } else if (name === 'GIF8' && bytes.length > 10) view.setUint16(6 + which, side, true)
  else if (name.startsWith('BM') && bytes.length > 26) view.setUint32(18 + 2 * which, side, true)
  else if (name === 'RIFF' && bytes.length > 30)
    view.setUint16((random.once(2) ? 24 : 26) + which, side, true)
  return bytes
}
