import { expect, test } from 'vitest'
import {
  compileKernels,
  convolutionMethods,
  convolutionScratch,
  convolutionTransformedBytes,
  convolutionWeights,
  convolutionWeightsScratch,
  createMemory,
  instantiateKernels,
  readySequence,
  sequenceBytes,
  setSequence,
  writeSequence,
  type ConvolutionSharing,
  type Instruction,
} from '../src/index.ts'
import { numbers } from './arbitraries.ts'

const IMAGES = 7
const SHARDS = 5
const SIZE = 6
const BORDERED = 10
const CHANNELS = 32

const shape = {
  height: SIZE,
  width: SIZE,
  channels: CHANNELS,
  filters: CHANNELS,
  kernelHeight: 3,
  kernelWidth: 3,
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
}

/** Runs forward, pooling and gradient by weights as some threads that take the shards one after the other. */
async function run(
  method: number,
  threads: readonly number[],
  sharing: ConvolutionSharing = { parts: SHARDS, groups: 1 },
): Promise<Float32Array[]> {
  const { memory, allocate } = createMemory({ shared: true })
  const kernels = await instantiateKernels(await compileKernels({ shared: true }), memory)
  const buffer = (floats: number, seed = 0) => {
    const address = allocate(4 * floats)
    const view = new Float32Array(memory.buffer, address, floats)
    if (seed > 0) view.set(numbers(floats, seed))
    else view.fill(0)
    return { address, floats }
  }
  /** A map whose border holds zeros beyond `SIZE` + 1 pixels. */
  const map = <Name extends string>(name: Name, side: number, seed = 0) => {
    const row = side * CHANNELS
    const room = buffer(IMAGES * side * row, seed)
    const operands = {
      [name]: room.address,
      [`${name}Image`]: 4 * side * row,
      [`${name}Row`]: 4 * row,
      [`${name}Pixel`]: 4 * CHANNELS,
    }
    return {
      room,
      operands: operands as Record<Name | `${Name}Image` | `${Name}Row` | `${Name}Pixel`, number>,
    }
  }
  const layout = convolutionWeights(shape)
  const source = buffer(layout.bytes / 4, 1)
  const transformed = buffer(convolutionTransformedBytes(shape, method) / 4)
  const [x, y, pooled, dy] = [
    map('x', BORDERED, 2),
    map('y', BORDERED),
    map('y', BORDERED),
    map('dy', BORDERED, 3),
  ]
  const dw = buffer((SHARDS * layout.bytes) / 4)
  const scratchThread = Math.max(
    64,
    convolutionScratch(shape, method),
    convolutionWeightsScratch(shape, method),
  )
  const scratch = buffer((SHARDS * scratchThread) / 4).address
  const direct = method === convolutionMethods.direct
  const weights = direct ? source.address : transformed.address
  const window = {
    inputHeight: SIZE,
    inputWidth: SIZE,
    windowHeight: 3,
    windowWidth: 3,
    strideHeight: 2,
    strideWidth: 2,
    top: 0,
    left: 0,
  }
  const common = { ...shape, method, scratch, scratchThread }
  const phases: Instruction[][] = [
    direct
      ? []
      : [
          {
            name: 'winogradWeights',
            operands: {
              source: source.address,
              target: transformed.address,
              channels: CHANNELS,
              filters: CHANNELS,
              method,
            },
          },
        ],
    [
      {
        name: 'convolve',
        operands: { ...x.operands, ...y.operands, weights, bias: 0, ...common, flags: 1, byRow: 0 },
      },
      {
        name: 'averagePool',
        operands: {
          x: y.operands.y,
          xImage: y.operands.yImage,
          xRow: y.operands.yRow,
          xPixel: y.operands.yPixel,
          ...pooled.operands,
          height: 2,
          width: 2,
          channels: CHANNELS,
          ...window,
        },
      },
      {
        name: 'convolveWeights',
        operands: {
          ...x.operands,
          ...dy.operands,
          dw: dw.address,
          dwPart: layout.bytes,
          db: 0,
          dbPart: 0,
          ...common,
          ...sharing,
        },
      },
    ],
  ]
  for (const instructions of phases) {
    const steps = { phases: [{ serial: false, meet: true, instructions }], shards: SHARDS, batchSize: IMAGES }
    const sequence = allocate(sequenceBytes(steps))
    writeSequence(memory, sequence, steps)
    // A thread does not wait for the others, which run after it and find no shard.
    setSequence(memory, sequence, { sampleCount: IMAGES, spins: 1, patience: 0, results: allocate(64) })
    for (const thread of threads) kernels.run(sequence, 0, 1, thread, Math.max(...threads) + 1)
    readySequence(memory, sequence)
  }
  return [y.room, pooled.room, dw].map(({ address, floats }) =>
    new Float32Array(memory.buffer, address, floats).slice(),
  )
}

test.each(Object.entries(convolutionMethods))(
  '%s has the same bits in whatever order threads take the shards',
  async (_, method) => {
    const expected = await run(method, [0])
    expect(expected.every((values) => values.some((value) => value !== 0))).toBe(true)
    expect(await run(method, [1, 0])).toEqual(expected)
    expect(await run(method, [2, 0, 1])).toEqual(expected)
    const groups = { parts: 2, groups: 2 }
    expect(await run(method, [2, 0, 1], groups)).toEqual(await run(method, [0], groups))
  },
)
