import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { idxFile, npyFile, tarFile, tarHeader, together, zipFile } from './data-files.js'

const PARTS = 8
const PART = 2 ** 24
const LARGE = PARTS * PART

const gzip = (bytes) => new Uint8Array(gzipSync(bytes, { level: 1 }))

/**
 * Archives, and files in gzip, that state what is not so, or unpack to far more than they state. Each is an error, or a set
 * without the file.
 * @param image a PNG
 */
export function lyingArchives(image) {
  const entry = { packed: deflateRawSync(image), size: image.length, sum: crc32(image) }
  const others = { 'a/1.png': image, 'b/1.png': image, 'b/2.png': image }
  const zip = (changed) => zipFile({ ...others, 'a/2.png': { ...entry, ...changed } })
  const whole = zipFile({ ...others, 'a/2.png': image })
  const tar = tarFile({ ...others, 'a/2.png': image })
  const deflated = deflateRawSync(new Uint8Array(LARGE), { level: 1 })
  // Gzip may have several members, one after the other.
  const zeros = gzip(new Uint8Array(PART))
  const before = (bytes) => together([gzip(bytes), ...Array(PARTS).fill(zeros)])
  const images = idxFile([4, 4, 4], new Uint8Array(64))
  const alone = {
    'entry-smaller.zip': zip({ size: image.length - 1 }),
    'entry-larger.zip': zip({ size: image.length + 1 }),
    'entry-far-larger.zip': zip({ size: 2 ** 32 - 2 }),
    'entry-bomb.zip': zip({ packed: deflated, size: image.length }),
    'entry-sum.zip': zip({ sum: 1 }),
    'entry-empty.zip': zip({ packed: new Uint8Array(0) }),
    'local-sizes.zip': edited(whole, local(whole), (view, at) => {
      view.setUint32(at + 18, 1, true)
      view.setUint32(at + 22, 2 ** 31, true)
    }),
    'packed-size.zip': edited(whole, central(whole), (view, at) => view.setUint32(at + 20, 2 ** 31, true)),
    'offset.zip': edited(whole, central(whole), (view, at) => view.setUint32(at + 42, 2 ** 31, true)),
    'large-sizes.zip': edited(whole, central(whole), (view, at) => {
      view.setUint32(at + 20, 0xffffffff, true)
      view.setUint32(at + 24, 0xffffffff, true)
    }),
    'entries.zip': edited(whole, whole.length - 22, (view, at) => {
      view.setUint16(at + 8, 60_000, true)
      view.setUint16(at + 10, 60_000, true)
    }),
    'directory-size.zip': edited(whole, whole.length - 22, (view, at) =>
      view.setUint32(at + 12, 2 ** 31, true),
    ),
    'directory-offset.zip': edited(whole, whole.length - 22, (view, at) => view.setUint32(at + 16, 2 ** 31, true)), // prettier-ignore
    'zip-in-zip.zip': zipFile({ 'a/1.zip': zipFile({ 'a/1.png': { ...entry, packed: deflated } }), 'b/1.zip': whole }), // prettier-ignore
    'size-larger.tar': together([tarHeader('a/1.png', 2 ** 32), image]),
    'size-negative.tar': sized(tar, '-0000000001'),
    'size-binary.tar': sized(tar, Uint8Array.of(0x80, 0, 0, 0, 0x7f, 255, 255, 255, 255, 255, 255, 255)),
    'size-smaller.tar': sized(tar, '00000000001'),
    'long-name.tar.gz': before(typed(tarHeader('x', LARGE), 'L')),
    'attributes.tar.gz': before(typed(tarHeader('x', LARGE), 'x')),
    'attribute-size.tar': together([typed(tarHeader('x', 22), 'x'), padded('22 size=9007199254740\n'), tar]),
    'trailer.tar.gz': edited(gzip(tar), gzip(tar).length - 4, (view, at) =>
      view.setUint32(at, 2 ** 31, true),
    ),
    'tar-gz-gz.tar.gz': gzip(before(tarHeader('a/1.png', LARGE))),
    'members.tar.gz': together(Array(20_000).fill(gzip(new Uint8Array(0)))),
    'size-of-values.npz': zipFile({ 'x_train.npy': { ...packedNpy([4, 4, 4]), size: 2 ** 31 }, 'y_train.npy': npyFile([4], Uint8Array.of(0, 1, 0, 1)) }), // prettier-ignore
  }
  const idx = {
    't10k-images-idx3-ubyte': images,
    't10k-labels-idx1-ubyte': idxFile([4], Uint8Array.of(0, 1, 0, 1)),
    'train-labels-idx1-ubyte': idxFile([4], Uint8Array.of(0, 1, 0, 1)),
  }
  const packed = {
    'bomb/train-images-idx3-ubyte.gz': before(images),
    'claim/train-images-idx3-ubyte.gz': before(idxFile([2 ** 31 - 1, 28, 28], new Uint8Array(64))),
    'wide/train-images-idx3-ubyte.gz': gzip(idxFile([4, 65_535, 65_535], new Uint8Array(64))),
  }
  return [
    ...Object.entries(alone).map(([name, bytes]) => ({ name, bytes, alone: true })),
    ...Object.entries(packed).map(([name, bytes]) => ({
      name: name.split('/')[1],
      title: name,
      bytes,
      others: idx,
    })),
  ]
}

function packedNpy(shape) {
  const file = npyFile(shape, new Uint8Array(64))
  return { packed: deflateRawSync(file), size: file.length, sum: crc32(file) }
}

/** Where the header of the last file begins. */
const local = (zip) => Buffer.from(zip).lastIndexOf('PK\x03\x04')
const central = (zip) => Buffer.from(zip).lastIndexOf('PK\x01\x02')

function edited(bytes, at, edit) {
  const copy = bytes.slice()
  edit(new DataView(copy.buffer), at)
  return copy
}

const padded = (text) => together([new TextEncoder().encode(text), new Uint8Array(512 - text.length)])

/** Another kind of entry. */
function typed(header, letter) {
  return summed(Buffer.from(header).fill(letter, 156, 157))
}

/** Another size of the first file. */
function sized(tar, size) {
  const header = Buffer.from(tar.slice(0, 512))
  header.fill(0, 124, 136)
  if (typeof size === 'string') header.write(size, 124)
  else header.set(size, 124)
  return together([summed(header), tar.subarray(512)])
}

function summed(header) {
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
