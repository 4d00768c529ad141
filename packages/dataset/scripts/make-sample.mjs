// Writes sample/ from the full Fashion-MNIST set: the first 600 training and the first 100 test images of each class,
// in the order of the original files.
//
//   node scripts/make-sample.mjs [folder of the four full files, .gz or not]
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'

const PIXELS = 28 * 28
const CLASSES = 10

/** Makes the decompressed sample files, by name, from the full files. */
export async function makeSample(folder) {
  const files = {}
  for (const [prefix, perClass] of [
    ['train', 600],
    ['t10k', 100],
  ]) {
    const labels = (await readIdxFile(folder, `${prefix}-labels-idx1-ubyte`)).subarray(8)
    const images = (await readIdxFile(folder, `${prefix}-images-idx3-ubyte`)).subarray(16)
    const seen = Array(CLASSES).fill(0)
    const kept = [...labels.keys()].filter((index) => seen[labels[index]]++ < perClass)
    const count = kept.length
    files[`${prefix}-labels-idx1-ubyte`] = Buffer.concat([
      header(0x0801, count),
      Buffer.from(kept.map((index) => labels[index])),
    ])
    files[`${prefix}-images-idx3-ubyte`] = Buffer.concat([
      header(0x0803, count, 28, 28),
      ...kept.map((index) => images.subarray(index * PIXELS, (index + 1) * PIXELS)),
    ])
  }
  return files
}

function header(...words) {
  const bytes = Buffer.alloc(4 * words.length)
  words.forEach((word, index) => bytes.writeUInt32BE(word, 4 * index))
  return bytes
}

async function readIdxFile(folder, name) {
  const path = join(folder, name)
  return existsSync(path) ? readFile(path) : gunzipSync(await readFile(`${path}.gz`))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? '/usr/share/datasets/fashion-mnist'
  const target = fileURLToPath(new URL('../sample/', import.meta.url))
  await mkdir(target, { recursive: true })
  for (const [name, bytes] of Object.entries(await makeSample(folder))) {
    const packed = gzipSync(bytes, { level: 9, memLevel: 9 })
    packed.fill(0, 4, 8) // No time of packing,
    packed[9] = 0xff // no operating system: the same bytes everywhere.
    await writeFile(join(target, `${name}.gz`), packed)
    console.log(name, packed.length, createHash('sha256').update(bytes).digest('hex'))
  }
}
