import { TreadleError } from '@treadle/core'
import { ArchiveLimits } from '../archives/entry.ts'
import { collect, peek } from '../bytes.ts'
import { type DataFile, baseName } from '../data-file.ts'
import { Findings } from '../findings.ts'
import { finishArrays } from '../images/finish-arrays.ts'
import { LONGEST_NPY_HEADER, type NpyArray, bad, checkNpy, readNpy } from '../numpy/npy.ts'
import type { FoundFiles } from '../found-files.ts'
import type { Source } from './source.ts'

type SplitName = 'train' | 'validation' | 'test'

/** NumPy arrays of images and labels: `mnist.npz`, files such as `kmnist-train-imgs.npz`, or `x_train.npy`. */
export const numpy: Source = {
  name: 'NumPy arrays',
  options: ['classNames', 'prefix', 'labelOffset', 'testFraction'],
  matches: ({ kind, files }) => {
    const npy = files.filter(({ path }) => /\.npy$/i.test(path))
    if (kind === 'archive') return files.length > 0 && npy.length === files.length
    const images = files.some(({ path }) => /\.(png|jpe?g|webp|gif|bmp)$/i.test(path))
    return !images && files.some(({ path }) => /^[^/]+\.np[yz]$/i.test(path))
  },
  async load(found, options) {
    const findings = new Findings(options.onWarning)
    const arrays = await readArrays(found, options.prefix, options.signal)
    const part = (split: SplitName) => pair(arrays, split, found.path)
    const [train, validation, test] = [part('train'), part('validation'), part('test')]
    if (train === undefined) throw nothing(found.path, [...arrays.keys()])
    return finishArrays({ train, validation, test }, found, findings, options)
  },
}

/** The arrays by their role, such as `train images`. */
async function readArrays(
  { path, kind, files }: FoundFiles,
  prefix: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Map<string, { readonly name: string; readonly array: NpyArray }>> {
  const arrays = new Map<string, { readonly name: string; readonly array: NpyArray }>()
  for (const file of files.filter((each) => /\.np[yz]$/i.test(each.path) && !/\/.*\//.test(each.path))) {
    if (prefix !== undefined && !baseName(file.path).startsWith(prefix)) continue
    signal?.throwIfAborted()
    const members = /\.npz$/i.test(file.path) ? await membersOf(file) : [{ path: '', file }]
    for (const member of members) {
      // The names of the members of mnist.npz tell; those of kmnist-train-imgs.npz are arr_0.
      const own = member.path === '' || /^arr_\d+\.npy$/.test(member.path) ? file.path : member.path
      const role = roleOf(baseName(own))
      if (role === undefined) continue
      const name = kind === 'archive' ? `${path}/${own}` : own
      if (arrays.has(role))
        throw new TreadleError(
          'DATASET_AMBIGUOUS',
          `Loading ${path}: it holds several arrays of ${role}, such as ${own}. Select one set by \`prefix\` (--prefix).`,
        )
      arrays.set(role, { name, array: readNpy(await arrayBytes(member.file, name), name) })
    }
  }
  return arrays
}

async function membersOf(file: DataFile) {
  const { zipFiles } = await import('../archives/zip.ts')
  const { name } = file
  const members = await zipFiles(await collect(file.stream()), name, new ArchiveLimits(name))
  return members.map((member) => ({ path: member.path, file: member }))
}

/** The bytes of a file. One that does not hold what its header says is not read, or unpacked, to its end. */
async function arrayBytes(file: DataFile, name: string): Promise<Uint8Array> {
  const { head, all } = await peek(file.stream(), LONGEST_NPY_HEADER)
  try {
    checkNpy(head, (await file.size()) ?? head.length, name)
    return await collect(all)
  } finally {
    await all.return?.()
  }
}

/** What an array holds, by its name: `x_train`, `train_labels`, `kmnist-test-imgs`. */
function roleOf(name: string): string | undefined {
  const split = /test|t10k/i.test(name) ? 'test' : /val/i.test(name) ? 'validation' : 'train'
  if (/(^|[-_.])y([-_.]|$)|label|target|class/i.test(name)) return `${split} labels`
  return /(^|[-_.])x([-_.]|$)|im(a)?g|image|data|pixel/i.test(name) ? `${split} images` : undefined
}

function pair(
  arrays: ReadonlyMap<string, { readonly name: string; readonly array: NpyArray }>,
  split: SplitName,
  path: string,
) {
  const [images, labels] = [arrays.get(`${split} images`), arrays.get(`${split} labels`)]
  if (images === undefined && labels === undefined) return undefined
  if (images === undefined || labels === undefined)
    throw new TreadleError(
      'DATASET_NOT_FOUND',
      `Loading ${path}: there are ${images ? 'images' : 'labels'} for ${split}, but no ${images ? 'labels' : 'images'}.`,
    )
  return { ...pixelsOf(images), labels: labelsOf(labels) }
}

function pixelsOf({ name, array: { shape, data } }: { readonly name: string; readonly array: NpyArray }) {
  const [count = 0, second = 0, third, channels = 1] = shape
  const side = Math.sqrt(second)
  const [height, width] = shape.length === 2 ? [side, side] : [second, third as number]
  if (shape.length < 2 || shape.length > 4 || !Number.isInteger(height) || ![1, 3, 4].includes(channels))
    throw bad(
      name,
      `its shape is (${shape.join(', ')}); images have (count, height, width), (count, height, width, channels) or (count, pixels) of a square`,
    )
  return { images: inBytes(name, data), count, height, width, channels }
}

/** Values 0 to 255; those of floats from 0 to 1 are scaled. */
function inBytes(name: string, data: NpyArray['data']): Uint8Array {
  if (data instanceof Uint8Array) return data
  const scaled =
    (data instanceof Float32Array || data instanceof Float64Array) && data.every((value) => value <= 1)
  const bytes = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) {
    const value = (data[i] as number) * (scaled ? 255 : 1)
    if (!(value >= 0 && value <= 255))
      throw bad(name, `value ${i} is ${data[i]}; pixels are from 0 to 255, or from 0 to 1`)
    bytes[i] = value + 0.5
  }
  return bytes
}

function labelsOf({
  name,
  array: { shape, data },
}: {
  readonly name: string
  readonly array: NpyArray
}): Int32Array {
  if (shape.length !== 1 && !(shape.length === 2 && shape[1] === 1))
    throw bad(name, `its shape is (${shape.join(', ')}); labels have (count) or (count, 1)`)
  const wrong = data.findIndex((value) => !Number.isInteger(value))
  if (wrong >= 0) throw bad(name, `label ${wrong} is ${data[wrong]}; labels are whole numbers`)
  return Int32Array.from(data)
}

function nothing(path: string, roles: readonly string[]): TreadleError {
  return new TreadleError(
    'DATASET_NOT_FOUND',
    `Loading ${path}: there are no training images and labels. Arrays are named x_train, y_train, x_test, y_test, or train-images and train-labels${roles.length > 0 ? `; found: ${roles.join(', ')}` : ''}.`,
  )
}
