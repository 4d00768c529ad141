import { createHash } from 'node:crypto'
import { TreadleError } from '@treadle/core'
import type { RunStore } from '@treadle/experiment'
import * as z from 'zod/mini'

/** The files of a run that travel. Reports are made again where they are read. */
const FILES = [
  'run.json',
  'history.jsonl',
  'checkpoints/best.ckpt',
  'checkpoints/last.ckpt',
  'model/model.json',
  'model/weights.bin',
  'predictions.csv',
] as const

const header = z.strictObject({
  /** By name: where its bytes are. Files of the same content share them. */
  files: z.partialRecord(z.enum(FILES), z.tuple([z.int().check(z.gte(0)), z.int().check(z.gte(0))])),
})

/** Files by name. */
export type Files = Readonly<Partial<Record<(typeof FILES)[number], Uint8Array>>>

/** Of the header. */
const LENGTH_BYTES = 4

/** Joins files: the length of a header in JSON (uint32, little-endian), the header, then the bytes. */
export function pack(files: Files): Uint8Array<ArrayBuffer> {
  const places = new Map<string, readonly [number, number]>()
  const contents: Uint8Array[] = []
  const listed: Record<string, readonly [number, number]> = {}
  let end = 0
  for (const [name, bytes] of Object.entries(files)) {
    const key = createHash('sha256').update(bytes).digest('hex')
    if (!places.has(key)) {
      places.set(key, [end, bytes.length])
      contents.push(bytes)
      end += bytes.length
    }
    listed[name] = places.get(key) as readonly [number, number]
  }
  const head = new TextEncoder().encode(JSON.stringify({ files: listed }))
  const packed = new Uint8Array(LENGTH_BYTES + head.length + end)
  new DataView(packed.buffer).setUint32(0, head.length, true)
  packed.set(head, LENGTH_BYTES)
  let at = LENGTH_BYTES + head.length
  for (const bytes of contents) {
    packed.set(bytes, at)
    at += bytes.length
  }
  return packed
}

/** @throws TreadleError `QUEUE_BAD_FILES` */
export function unpack(packed: Uint8Array): Files {
  if (packed.length < LENGTH_BYTES) throw damaged()
  const length = new DataView(packed.buffer, packed.byteOffset).getUint32(0, true)
  const begin = LENGTH_BYTES + length
  if (begin > packed.length) throw damaged()
  const parsed = header.safeParse(jsonOf(packed.subarray(LENGTH_BYTES, begin)))
  if (!parsed.success) throw damaged()
  const content = packed.subarray(begin)
  const entries = Object.entries(parsed.data.files).map(([name, place]) => {
    const [offset, size] = place as readonly [number, number]
    if (offset + size > content.length) throw damaged()
    return [name, content.subarray(offset, offset + size)]
  })
  return Object.fromEntries(entries) as Files
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

const damaged = () =>
  new TreadleError(
    'QUEUE_BAD_FILES',
    'The files of a run in the queue are damaged, or another program wrote them. Remove the job, then try again.',
  )

/** The files that a store has. */
export async function filesOf(store: RunStore): Promise<Files> {
  const entries = await Promise.all(FILES.map(async (name) => [name, await store.read(name)] as const))
  return Object.fromEntries(entries.filter(([, bytes]) => bytes !== undefined)) as Files
}

export async function writeFiles(store: RunStore, files: Files): Promise<void> {
  await store.writeAll(files)
}
