import { augmentedExamples } from './augmentation.ts'
import { activationKinds, conditions, convolutionMethods, entryOf, mergeKinds } from '../manifest/index.ts'
import type { InstructionName } from '../manifest/index.ts'
import type { ExampleScalars } from './scalars.ts'

/** Most examples of one instruction. */
const MOST = 48

/** Samples of a step. */
export const EXAMPLE_SAMPLES = 4
export const EXAMPLE_SHARDS = 4

const switches = [0, 1]
/** Operands that choose between ways of computing. An example has one of the values. */
const choices: Readonly<Record<string, readonly number[]>> = {
  kind: Object.values(activationKinds),
  condition: Object.values(conditions),
  method: Object.values(convolutionMethods),
  flags: [0, 1, 2, 4, 5],
  mode: [0, 1, 2],
  threshold: [20_000, 65_536],
  parts: [4, 1],
  byColumn: switches,
  byRow: switches,
  accumulate: switches,
  inputRelu: switches,
  outputRelu: switches,
  relu: switches,
  perRow: [1, 64],
  multiplies: switches,
  shiftless: switches,
  single: switches,
  nesterov: switches,
  together: switches,
  fromEnd: [2, 4],
}
const mergeKind = { kind: Object.values(mergeKinds) }

/** Sizes of matrices and lines: below a vector, whole pairs of vectors, and with rests of every size. */
const lineSizes: readonly Readonly<Record<string, number>>[] = [
  { width: 5, lines: 3, k: 8, m: 5, columns: 10, padded: 12, units: 5, size: 13, count: 36, rows: 2 },
  { width: 16, lines: 2, k: 24, m: 16, columns: 32, padded: 32, units: 10, size: 64, count: 128, rows: 1 },
  { width: 37, lines: 1, k: 36, m: 37, columns: 50, padded: 52, units: 37, size: 37, count: 148, rows: 3 },
]

interface Map {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly filters: number
  readonly kernel: number
  readonly stride: number
  readonly multiplier: number
}
const maps: readonly Map[] = [
  { height: 8, width: 8, channels: 16, filters: 16, kernel: 3, stride: 1, multiplier: 1 },
  { height: 7, width: 7, channels: 4, filters: 20, kernel: 2, stride: 2, multiplier: 1 },
  { height: 9, width: 5, channels: 32, filters: 32, kernel: 3, stride: 1, multiplier: 1 },
  { height: 6, width: 7, channels: 8, filters: 16, kernel: 1, stride: 1, multiplier: 2 },
  { height: 5, width: 9, channels: 1, filters: 16, kernel: 3, stride: 1, multiplier: 1 },
]

const both = (name: string, value: number) => ({ [`${name}Height`]: value, [`${name}Width`]: value })

function mapSizes({ height, width, channels, filters, kernel, stride, multiplier }: Map) {
  return {
    height,
    width,
    channels,
    filters,
    multiplier,
    top: 0,
    left: 0,
    bottom: 1,
    right: 1,
    inputHeight: (height - 1) * stride + kernel,
    inputWidth: (width - 1) * stride + kernel,
    ...both('kernel', kernel),
    ...both('window', kernel),
    ...both('stride', stride),
    ...both('dilation', 1),
    ...both('factor', 2),
  }
}

/** Operands that are the same in every example. */
const fixed: Readonly<Record<string, number>> = {
  groups: 1,
  stream: 1,
  index: 0,
  penaltyCount: 2,
  normCount: 2,
  limit: 0.01,
  least: 0.4,
  most: 0.8,
}
const otherValues = { f32: 0.5, i32: 4, bytes: 256 }

/** Examples of an instruction's operands: every size and every choice, and as many of their combinations as `MOST` allows. */
export function examplesOf(name: InstructionName): readonly ExampleScalars[] {
  if (name === 'gatherAugmented') return augmentedExamples
  const operands = Object.entries(entryOf(name).operands).filter(([, type]) => type !== 'address')
  const has = (key: string) => operands.some(([operand]) => operand === key)
  const sizes: readonly ExampleScalars[] =
    has('height') || has('kernelHeight') ? maps.map(mapSizes) : lineSizes
  const own = Object.entries(name === 'merge' ? { ...choices, ...mergeKind } : choices).filter(([key]) =>
    has(key),
  )
  const combinations = own.reduce((product, [, values]) => product * values.length, sizes.length)
  const count = Math.min(combinations, MOST)
  return Array.from({ length: count }, (_, i) => {
    // Steps of about the golden section meet every value of every choice.
    let at = count === combinations ? i : Math.floor((i * 0.618034 * combinations) % combinations)
    const size = sizes[at % sizes.length] as ExampleScalars
    at = Math.floor(at / sizes.length)
    const chosen: Record<string, number> = {}
    for (const [key, values] of own) {
      chosen[key] = values[at % values.length] as number
      at = Math.floor(at / values.length)
    }
    const scalar = (key: string, type: 'bytes' | 'i32' | 'f32') =>
      chosen[key] ?? size[key] ?? fixed[key] ?? (type === 'bytes' ? distance(key, size) : otherValues[type])
    return Object.fromEntries(
      operands.map(([key, type]) => [key, scalar(key, type as 'bytes' | 'i32' | 'f32')]),
    )
  })
}

/** Bytes from one part of a buffer to the next. */
function distance(key: string, { channels, filters, inputHeight, inputWidth, k }: ExampleScalars): number {
  if (/Shard$|Part$|^part$|Thread$/.test(key)) return 16_384
  if (/[pP]anel$/.test(key)) return 64 * ((k ?? 0) + 1)
  if (/Sample$|Group$/.test(key)) return 1024
  if (channels === undefined || filters === undefined) return key.endsWith('Image') ? 1024 : 256
  // Room for whole tiles of a Winograd method.
  const pixel = 4 * Math.max(channels, filters)
  const row = pixel * ((inputWidth as number) + 4)
  if (key.endsWith('Pixel')) return pixel
  return key.endsWith('Row') ? row : row * ((inputHeight as number) + 4)
}
