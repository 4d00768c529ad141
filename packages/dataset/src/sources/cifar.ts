import { TreadleError } from '@treadle/core'
import { collect } from '../bytes.ts'
import { type DataFile, baseName } from '../data-file.ts'
import { Findings } from '../findings.ts'
import { type ArrayPart, finishArrays } from '../images/finish-arrays.ts'
import type { FoundFiles } from '../found-files.ts'
import type { Source } from './source.ts'

const SIDE = 32
const PLANE = SIDE * SIDE

/** The two sets in CIFAR's binary form: labels, then red, green and blue planes of 32 × 32 bytes. */
const forms = [
  { labels: 1, train: /^data_batch_\d+\.bin$/i, test: /^test_batch\.bin$/i, names: /^batches\.meta\.txt$/i },
  // A coarse label of 20, then a fine label of 100, which is used.
  { labels: 2, train: /^train\.bin$/i, test: /^test\.bin$/i, names: /^fine_label_names\.txt$/i },
] as const

type Form = (typeof forms)[number]

/** CIFAR-10 and CIFAR-100, unpacked or as `cifar-10-binary.tar.gz`. */
export const cifar: Source = {
  name: 'CIFAR',
  options: ['classNames'],
  matches: (found) => formOf(found) !== undefined,
  async load(found, options) {
    const form = formOf(found) as Form
    const findings = new Findings(options.onWarning)
    const part = async (name: RegExp) => {
      const files = found.files.filter(({ path }) => name.test(baseName(path)))
      const read: ArrayPart[] = []
      for (const file of files) {
        options.signal?.throwIfAborted()
        read.push(records(await collect(file.stream()), form.labels, file))
      }
      return read.length === 0 ? undefined : joined(read)
    }
    const [train, test] = [await part(form.train), await part(form.test)]
    const names = found.files.find(({ path }) => form.names.test(baseName(path)))
    const text = names && new TextDecoder().decode(await collect(names.stream()))
    const classNames = text?.split(/\r?\n/).filter((line) => line.trim() !== '')
    return finishArrays({ train: train as ArrayPart, test, classNames }, found, findings, options)
  },
}

const formOf = ({ files }: FoundFiles): Form | undefined =>
  forms.find(({ train, test }) =>
    [train, test].every((name) => files.some(({ path }) => name.test(baseName(path)))),
  )

/** @throws TreadleError `DATASET_BAD_SHAPE` */
function records(bytes: Uint8Array, labelBytes: number, { name }: DataFile): ArrayPart {
  const length = labelBytes + 3 * PLANE
  const count = bytes.length / length
  if (!Number.isInteger(count) || count === 0)
    throw new TreadleError(
      'DATASET_BAD_SHAPE',
      `Reading ${name}: ${bytes.length} bytes are not whole images of ${length} bytes. Download the file again.`,
    )
  const images = new Uint8Array(count * 3 * PLANE)
  const labels = new Int32Array(count)
  for (let sample = 0; sample < count; sample++) {
    const start = sample * length + labelBytes
    labels[sample] = bytes[start - 1] as number
    for (let pixel = 0; pixel < PLANE; pixel++)
      for (let channel = 0; channel < 3; channel++)
        images[(sample * PLANE + pixel) * 3 + channel] = bytes[start + channel * PLANE + pixel] as number
  }
  return { images, labels, count, height: SIDE, width: SIDE, channels: 3 }
}

function joined(parts: readonly ArrayPart[]): ArrayPart {
  const [first] = parts as [ArrayPart]
  if (parts.length === 1) return first
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  const images = new Uint8Array(count * 3 * PLANE)
  const labels = new Int32Array(count)
  let at = 0
  for (const part of parts) {
    images.set(part.images, at * 3 * PLANE)
    labels.set(part.labels, at)
    at += part.count
  }
  return { ...first, images, labels, count }
}
