import { Purpose, RandomStream } from '@treadle/core'
import { writeIdx } from '@treadle/dataset'
import { encodePng } from '@treadle/image'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from './test-context.ts'

const SIZE = 12
const CLASSES = 3

/** A picture of one of three easy classes: a bright third of the rows in noise. */
function picture(label: number, stream: RandomStream, from: number): Uint8Array {
  return Uint8Array.from({ length: SIZE * SIZE }, (_, i) => {
    const bright = Math.floor(Math.floor(i / SIZE) / (SIZE / CLASSES)) === label
    return Math.floor(stream.uniform(from + i) * 60) + (bright ? 150 : 0)
  })
}

async function writePart(folder: string, name: string, count: number): Promise<void> {
  const stream = new RandomStream(count, Purpose.split)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % CLASSES)
  const images = new Uint8Array(count * SIZE * SIZE)
  labels.forEach((label, i) => images.set(picture(label, stream, i * SIZE * SIZE), i * SIZE * SIZE))
  await writeFile(
    join(folder, `${name}-images-idx3-ubyte`),
    writeIdx({ dtype: 'uint8', shape: [count, SIZE, SIZE], data: images }),
  )
  await writeFile(
    join(folder, `${name}-labels-idx1-ubyte`),
    writeIdx({ dtype: 'uint8', shape: [count], data: labels }),
  )
}

/** A folder in MNIST's form that trains in no time: 130 training and 30 test images of three classes. */
export async function tinyDataFolder(): Promise<string> {
  const folder = await temporaryFolder()
  await writePart(folder, 'train', 130)
  await writePart(folder, 't10k', 30)
  return folder
}

/** A folder with image files in a subfolder for each of three classes, without test images. */
export async function tinyPicturesFolder(ofEach: number): Promise<string> {
  const folder = await temporaryFolder()
  for (let label = 0; label < CLASSES; label++) {
    await mkdir(join(folder, `class-${label}`))
    for (let i = 0; i < ofEach; i++) {
      const data = picture(label, new RandomStream(i, Purpose.split), 0)
      const file = join(folder, `class-${label}`, `${i}.png`)
      await writeFile(file, encodePng({ width: SIZE, height: SIZE, data, channels: 1 }))
    }
  }
  return folder
}

/** A PNG file of one class, dark on light where `inverted`. */
export async function tinyPng(folder: string, label: number, inverted = false): Promise<string> {
  const data = picture(label, new RandomStream(9, Purpose.split), 0).map((value) =>
    inverted ? 255 - value : value,
  )
  const path = join(folder, `class-${label}${inverted ? '-inverted' : ''}.png`)
  await writeFile(path, encodePng({ width: SIZE, height: SIZE, data, channels: 1 }))
  return path
}
