import { sha256 } from '@noble/hashes/sha2.js'
import { TreadleError, describeProblem, isArrayOfType, jsonText, show, type History } from '@treadle/core'
import * as z from 'zod/mini'
import { checkStateParts, stateFields } from './check-state.ts'
import type { TrainingState } from './state.ts'

/*
 * A training state as a file, all numbers little-endian:
 *
 *   0   8 bytes   "TREADLE" and a zero byte
 *   8   uint32    version of the format: 2
 *   12  uint32    length of the header
 *   16  header    JSON (UTF-8): the state's plain fields; `clock`: the names of the clock's scalars;
 *                 `arrays`: [name, 32 | 64, length] of each array
 *   …   arrays    in the order of `arrays`: IEEE floats of 32 or 64 bits. All floats are here, since JSON has no NaN
 *   …   32 bytes  SHA-256 of all bytes before it
 *
 * The decoder also reads format 1. Its header has no `clock`, and it has no array `clock`. Its array `scalars` begins
 * with `iterations`, `beta1Power` and `beta2Power` for every optimizer.
 */
const MAGIC = new TextEncoder().encode('TREADLE\0')
const VERSION = 2
const PREFIX = 16
const CHECKSUM = 32
const FORMAT_1_CLOCK = ['iterations', 'beta1Power', 'beta2Power']

type Width = 32 | 64

const headerSchema = z.object({
  ...stateFields,
  /** Absent in format 1. */
  clock: z.exactOptional(z.array(z.string())),
  arrays: z.array(z.tuple([z.string(), z.union([z.literal(32), z.literal(64)]), z.int().check(z.gte(0))])),
})

type Header = z.infer<typeof headerSchema>

/**
 * Encodes a training state as bytes with a checksum. `decodeTrainingState` restores the same numbers, bit for bit.
 * @throws TreadleError `TRAINER_BAD_STATE`
 */
export function encodeTrainingState(state: TrainingState): Uint8Array {
  checkStateParts('encodeTrainingState', state)
  const arrays = listArrays(state)
  const { model, executor, settings, epoch, firstEpoch, step, wait, best, clock } = state
  const header = {
    model,
    executor,
    settings,
    epoch,
    ...(firstEpoch !== undefined && { firstEpoch }),
    step,
    wait,
    ...(best && { best: { epoch: best.epoch, monitor: best.monitor } }),
    clock: Object.keys(clock),
    arrays: arrays.map(([name, width, values]) => [name, width, values.length]),
  }
  const text = jsonText(header, {
    operation: 'encodeTrainingState',
    code: 'TRAINER_BAD_STATE',
    advice: 'Give a state that `fit` or `train` made.',
  })
  const json = new TextEncoder().encode(text)
  const size = arrays.reduce((sum, [, width, values]) => sum + (width / 8) * values.length, 0)
  const bytes = new Uint8Array(PREFIX + json.length + size + CHECKSUM)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  view.setUint32(8, VERSION, true)
  view.setUint32(12, json.length, true)
  bytes.set(json, PREFIX)
  let at = PREFIX + json.length
  for (const [, width, values] of arrays) {
    for (const value of values) {
      if (width === 32) view.setFloat32(at, value, true)
      else view.setFloat64(at, value, true)
      at += width / 8
    }
  }
  bytes.set(sha256(bytes.subarray(0, at)), at)
  return bytes
}

/**
 * Decodes the bytes that `encodeTrainingState` returned.
 * @throws TreadleError `TRAINER_BAD_STATE` if the bytes are not a training state, truncated, changed, or of a newer format
 */
export function decodeTrainingState(bytes: Uint8Array): TrainingState {
  if (!isArrayOfType(bytes, 'Uint8Array')) throw fail(`is ${show(bytes)}, not a Uint8Array.`)
  if (bytes.length < PREFIX + CHECKSUM || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw fail(
      `has no valid signature in its ${bytes.length} bytes. Give a file that \`encodeTrainingState\` made.`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = view.getUint32(8, true)
  if (version < 1 || version > VERSION)
    throw fail(
      `has format ${version}, but this version of @treadle/trainer reads formats 1 to ${VERSION}. Update @treadle/trainer.`,
    )
  const end = bytes.length - CHECKSUM
  const checksum = sha256(bytes.subarray(0, end))
  if (checksum.some((byte, i) => bytes[end + i] !== byte)) {
    throw fail(
      'is truncated or damaged: its checksum does not match. Resume from an earlier state, or start a new run.',
    )
  }
  try {
    return readBody(bytes, view, end)
  } catch (error) {
    const { message } = error as Error
    throw fail(
      `has contents that do not match its header (${message.replace(/\.$/, '')}). Resume from an earlier state, or start a new run.`,
      { cause: error },
    )
  }
}

function readBody(bytes: Uint8Array, view: DataView, end: number): TrainingState {
  let at = PREFIX + view.getUint32(12, true)
  const header = readHeader(bytes.subarray(PREFIX, at))
  const promised = header.arrays.reduce((sum, [, width, length]) => sum + (width / 8) * length, 0)
  if (promised !== end - at)
    throw new RangeError(`its arrays need ${promised} bytes, and ${end - at} follow the header`)
  const arrays = new Map<string, Float32Array | Float64Array>()
  for (const [name, width, length] of header.arrays) {
    const values = width === 32 ? new Float32Array(length) : new Float64Array(length)
    for (let i = 0; i < length; i++, at += width / 8)
      values[i] = width === 32 ? view.getFloat32(at, true) : view.getFloat64(at, true)
    arrays.set(name, values)
  }
  const { arrays: _, best, clock = FORMAT_1_CLOCK, ...plain } = header
  const scalars = [...(arrays.get('clock') ?? []), ...(arrays.get('scalars') as Float64Array)]
  const [loss, metric, samples, bestValue] = scalars.slice(clock.length)
  return {
    ...plain,
    weights: group(arrays, 'weights/') as Float32Array[],
    slots: readSlots(arrays),
    clock: Object.fromEntries(
      clock.map((name, i) => [name, scalars[i]]),
    ) as unknown as TrainingState['clock'],
    sums: {
      ...({ loss, metric, samples } as TrainingState['sums']),
      ...(arrays.has('sums/outputs') && { outputs: [...(arrays.get('sums/outputs') ?? [])] }),
      ...(arrays.has('sums/metrics') && { metrics: [...(arrays.get('sums/metrics') ?? [])] }),
    },
    history: readHistory(arrays),
    ...(best && {
      best: { ...best, value: bestValue as number, weights: group(arrays, 'best/') as Float32Array[] },
    }),
  }
}

function readHeader(bytes: Uint8Array): Header {
  const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  const problem = describeProblem(headerSchema, json)
  if (problem !== undefined) throw new TypeError(`its header: ${problem}`)
  return json as Header
}

function listArrays({
  weights,
  slots,
  clock,
  sums,
  best,
  history,
}: TrainingState): [string, Width, ArrayLike<number> & Iterable<number>][] {
  return [
    ['clock', 64, Object.values(clock)],
    ['scalars', 64, [sums.loss, sums.metric, sums.samples, best?.value ?? 0]],
    ...(sums.outputs ? [['sums/outputs', 64, sums.outputs] as [string, Width, number[]]] : []),
    ...(sums.metrics ? [['sums/metrics', 64, sums.metrics] as [string, Width, number[]]] : []),
    ...Object.entries(history).map(
      ([name, values]) => [`history/${name}`, 64, values] as [string, Width, number[]],
    ),
    ...numbered('weights/', weights),
    ...Object.entries(slots).flatMap(([name, values]) => numbered(`slots/${name}/`, values)),
    ...numbered('best/', best?.weights ?? []),
  ]
}

function numbered(prefix: string, arrays: readonly Float32Array[]): [string, Width, Float32Array][] {
  return arrays.map((values, i) => [`${prefix}${i}`, 32, values])
}

/** The arrays whose names begin with `prefix`, in file order. */
function group(
  arrays: ReadonlyMap<string, Float32Array | Float64Array>,
  prefix: string,
): (Float32Array | Float64Array)[] {
  return [...arrays].filter(([name]) => name.startsWith(prefix)).map(([, values]) => values)
}

function readSlots(arrays: ReadonlyMap<string, Float32Array | Float64Array>): TrainingState['slots'] {
  const names = new Set(
    [...arrays.keys()]
      .filter((name) => name.startsWith('slots/'))
      .map((name) => name.split('/')[1] as string),
  )
  return Object.fromEntries(
    [...names].map((name) => [name, group(arrays, `slots/${name}/`) as Float32Array[]]),
  )
}

function readHistory(arrays: ReadonlyMap<string, Float32Array | Float64Array>): History {
  const names = [...arrays.keys()].filter((name) => name.startsWith('history/'))
  return Object.fromEntries(
    names.map((name) => [name.slice('history/'.length), [...(arrays.get(name) ?? [])]]),
  ) as unknown as History
}

function fail(problem: string, options?: ErrorOptions): TreadleError {
  return new TreadleError('TRAINER_BAD_STATE', `the training state ${problem}`, options)
}
