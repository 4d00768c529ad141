import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js'
import { encodePng } from '@treadle/image'

export interface Photos extends AsyncDisposable {
  /** A folder with a subfolder for each class. */
  readonly folder: string
  /** The same in an archive. */
  readonly zip: string
  /** An archive of one class. */
  readonly oneClass: string
  /** An archive in a format that is not read. */
  readonly packed: string
  /** The paths of the pictures of a class. */
  readonly of: (name: string) => string[]
}

const [classes, each] = [['disc', 'square', 'stripes'], 20] as const

/** Whether a shape covers a point, from −1 to 1 each. */
const covers: Readonly<Record<(typeof classes)[number], (x: number, y: number) => boolean>> = {
  disc: (x, y) => x * x + y * y < 0.6,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.65,
  stripes: (x) => Math.floor((x + 1) * 3) % 2 === 0,
}

/** Draws PNGs of three shapes in any colours and sizes; besides a damaged one, a hidden one and a copy. */
export async function drawPhotos(): Promise<Photos> {
  let state = 1
  const whole = (from: number, to: number) => {
    state = (state * 48_271) % 2_147_483_647
    return from + (state % (to - from))
  }
  const files = new Map<string, Uint8Array>()
  for (const name of classes)
    for (let i = 0; i < each; i++) {
      const [width, height] = [whole(40, 90), whole(40, 90)]
      const colours = [0, 1].map((light) => [0, 1, 2].map(() => whole(light * 150, light * 150 + 100)))
      const data = new Uint8Array(width * height * 3)
      for (let pixel = 0; pixel < width * height; pixel++) {
        const [x, y] = [((pixel % width) / width) * 2 - 1, (Math.floor(pixel / width) / height) * 2 - 1]
        data.set(colours[Number(covers[name](x, y))] as number[], pixel * 3)
      }
      files.set(`${name}/${String(i).padStart(2, '0')}.png`, encodePng({ width, height, channels: 3, data }))
    }
  files.set('disc/damaged.png', (files.get('disc/00.png') as Uint8Array).subarray(0, 60))
  files.set('square/.hidden.png', files.get('square/00.png') as Uint8Array)
  const root = await mkdtemp(join(tmpdir(), 'photos-'))
  const zip = new ZipWriter(new Uint8ArrayWriter())
  const oneClass = new ZipWriter(new Uint8ArrayWriter())
  for (const [path, bytes] of files) {
    const target = join(root, 'photos', path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, bytes)
    await zip.add(path, new Uint8ArrayReader(bytes))
    if (path.startsWith('disc/')) await oneClass.add(path, new Uint8ArrayReader(bytes))
  }
  await writeFile(join(root, 'photos.zip'), await zip.close())
  await writeFile(join(root, 'one-class.zip'), await oneClass.close())
  await writeFile(join(root, 'photos.tar.xz'), Buffer.from('fd377a585a00', 'hex'))
  return {
    folder: join(root, 'photos'),
    zip: join(root, 'photos.zip'),
    oneClass: join(root, 'one-class.zip'),
    packed: join(root, 'photos.tar.xz'),
    of: (name) =>
      [...files.keys()]
        .filter((path) => /^[^/]+\/\d/.test(path) && path.startsWith(name))
        .map((path) => join(root, 'photos', path)),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}
