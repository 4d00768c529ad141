import { TreadleError } from '@treadle/core'
import { collect } from '../bytes.ts'
import type { DataFile } from '../data-file.ts'
import { Findings } from '../findings.ts'
import { type ArrayPart, finishArrays } from '../images/finish-arrays.ts'
import type { FoundFiles } from '../found-files.ts'
import type { Source } from './source.ts'

/** Tables of pixels, as Kaggle gives MNIST: `label,pixel0,pixel1…`, a row for each image. */
export const pixelTable: Source = {
  name: 'tables of pixels',
  options: ['classNames', 'labelOffset', 'testFraction'],
  matches: ({ files }) => {
    const visible = files.filter(({ path }) => !path.startsWith('.'))
    return (
      visible.length > 0 &&
      visible.every(({ path }) => /\.(csv|txt|md)$/i.test(path)) &&
      tables(files).length > 0
    )
  },
  async load(found, options) {
    const findings = new Findings(options.onWarning)
    const read: { readonly test: boolean; readonly part: ArrayPart }[] = []
    for (const file of tables(found.files)) {
      options.signal?.throwIfAborted()
      const part = readTable(await collect(file.stream()), file, findings)
      if (part) read.push({ test: /test/i.test(file.path), part })
    }
    const train = read.find(({ test }) => !test) ?? read[0]
    if (train === undefined) throw noLabels(found)
    const test = read.find((each) => each.test && each !== train)
    return finishArrays({ train: train.part, test: test?.part }, found, findings, options)
  },
}

/** Tables of fewer columns hold something else, such as answers to hand in. */
const LEAST_PIXELS = 4

const tables = (files: readonly DataFile[]) => files.filter(({ path }) => /^[^/]+\.csv$/i.test(path))

const noLabels = ({ path }: FoundFiles) =>
  new TreadleError(
    'DATASET_NOT_FOUND',
    `Loading ${path}: it holds no table of images. A table has a column label and a column for each pixel: label,pixel0,pixel1…`,
  )

/** @returns undefined for a table without labels, which is a finding */
function readTable(bytes: Uint8Array, file: DataFile, findings: Findings): ArrayPart | undefined {
  const end = bytes.indexOf(10)
  const first = new TextDecoder()
    .decode(bytes.subarray(0, end < 0 ? bytes.length : end))
    .trim()
    .split(',')
  const header = first.some((cell) => !/^\s*"?\d+"?\s*$/.test(cell))
    ? first.map((cell) => cell.replaceAll('"', '').trim().toLowerCase())
    : undefined
  const labelAt = header === undefined ? 0 : header.indexOf('label')
  if (labelAt < 0 || first.length <= LEAST_PIXELS) {
    findings.warn(
      'DATASET_UNLABELLED',
      `${file.path} is not used, because it has no column label beside pixels.`,
    )
    return undefined
  }
  const columns = first.length
  const { height, width, channels } = shapeOf(columns - 1, file)
  const values = numbers(header === undefined ? bytes : bytes.subarray(end + 1), columns, file)
  const count = values.length / columns
  const images = new Uint8Array(count * (columns - 1))
  const labels = new Int32Array(count)
  for (let row = 0; row < count; row++) {
    labels[row] = values[row * columns + labelAt] as number
    let at = row * (columns - 1)
    for (let column = 0; column < columns; column++) {
      if (column === labelAt) continue
      const value = values[row * columns + column] as number
      if (value > 255) throw badTable(file, `row ${row + 1} has the pixel ${value}; pixels are from 0 to 255`)
      images[at++] = value
    }
  }
  return { images, labels, count, height, width, channels }
}

function shapeOf(pixels: number, file: DataFile) {
  for (const channels of [1, 3]) {
    const side = Math.sqrt(pixels / channels)
    if (Number.isInteger(side) && side > 0) return { height: side, width: side, channels }
  }
  throw badTable(file, `its rows have ${pixels} pixels, which is neither a grey nor an RGB square`)
}

/** The whole numbers of a table, row by row; quotes and spaces are skipped. */
function numbers(bytes: Uint8Array, columns: number, file: DataFile): Uint32Array {
  let rows = 0
  for (const byte of bytes) if (byte === 10) rows++
  // Each value takes two bytes, but for the last one.
  const values = new Uint32Array(Math.min((rows + 1) * columns, (bytes.length >> 1) + 1))
  let [at, value, digits, column, row] = [0, 0, 0, 0, 1]
  const endCell = () => {
    if (digits === 0 || digits > 9 || column >= columns)
      throw badTable(file, `row ${row} is not ${columns} whole numbers`)
    values[at++] = value
    column++
    value = 0
    digits = 0
  }
  for (const byte of bytes) {
    if (byte >= 48 && byte <= 57) {
      value = value * 10 + byte - 48
      digits++
    } else if (byte === 44) endCell()
    else if (byte === 10) {
      if (column === 0 && digits === 0) continue
      endCell()
      if (column !== columns) throw badTable(file, `row ${row} has ${column} values, not ${columns}`)
      column = 0
      row++
    } else if (byte !== 13 && byte !== 32 && byte !== 34)
      throw badTable(
        file,
        `row ${row} holds ${JSON.stringify(String.fromCharCode(byte))}; labels and pixels are whole numbers`,
      )
  }
  if (column > 0 || digits > 0) {
    endCell()
    if (column !== columns) throw badTable(file, `its last row has ${column} values, not ${columns}`)
  }
  if (at === 0) throw badTable(file, 'it has no rows')
  return values.subarray(0, at)
}

const badTable = (file: DataFile, reason: string) =>
  new TreadleError('DATASET_BAD_TABLE', `Reading ${file.name}: ${reason}.`)
