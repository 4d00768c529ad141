import { beforeAll, describe, expect, test } from 'vitest'
import {
  compileKernels,
  createMemory,
  instantiateKernels,
  instructions,
  PixelPrograms,
  sequenceBytes,
  setSequence,
  writeSequence,
  type InstructionName,
  type Kernels,
  type Operands,
} from '../src/index.ts'
import { effectsOf, entryOf } from '../src/manifest/index.ts'

const names = Object.keys(instructions) as InstructionName[]

test('opcodes are positive and differ; a record has room for every operand', () => {
  const opcodes = names.map((name) => instructions[name].opcode)
  expect(new Set(opcodes).size).toBe(names.length)
  expect(Math.min(...opcodes)).toBeGreaterThan(0)
  for (const name of names) expect(Object.keys(instructions[name].operands).length).toBeLessThanOrEqual(31)
})

/** Bytes of the buffer that each address operand gets. */
const BUFFER = 4096
const BATCH = 4
const SHARDS = 2

/** Scalars for which every kernel stays in its buffers and uses all of them. */
const scalars: Record<string, number> = {
  kind: 1,
  flags: 0,
  mode: 0,
  byColumn: 0,
  accumulate: 0,
  relu: 0,
  shiftless: 0,
  nesterov: 0,
  together: 1,
  parts: 2,
  lines: 2,
  groups: 1,
  momentum: 0.5,
  limit: 1e-6,
  threshold: 20_000,
  // Distances between the slots of shards, parts and panels.
  part: 512,
  dGammaShard: 512,
  dBetaShard: 512,
  outShard: 512,
  scratchShard: 1024,
  cShard: 1024,
  cSample: 512,
  dwShard: 1024,
  dbShard: 512,
  dwPart: 1024,
  dbPart: 512,
  // Feature maps of 4×4 pixels with windows and kernels of 2×2.
  height: 2,
  width: 2,
  inputHeight: 4,
  inputWidth: 4,
  top: 0,
  left: 0,
  kernelHeight: 2,
  kernelWidth: 2,
  windowHeight: 2,
  windowWidth: 2,
  strideHeight: 2,
  strideWidth: 2,
  dilationHeight: 1,
  dilationWidth: 1,
  multiplier: 1,
  factorHeight: 2,
  factorWidth: 2,
  method: 0,
  // The only output.
  index: 0,
  byRow: 0,
}
/** What is an index or a permutation: zeros, so that every index is in bounds. */
const indices = new Set(['table', 'targets', 'indices', 'ends', 'entries', 'starts', 'programs'])

/** Takes the image, and leaves it in its scratch too. */
function pixelProgram(): Float64Array {
  const programs = new PixelPrograms({ height: 2, width: 2, channels: 4 })
  programs.load(0)
  programs.add(7)
  programs.end()
  return programs.words
}

interface Bench {
  readonly memory: WebAssembly.Memory
  readonly kernels: Kernels & Record<string, (record: number) => void>
  readonly buffers: ReadonlyMap<string, Uint8Array>
  readonly sequence: number
  readonly record: number
  /** Loss and metric of the step. */
  readonly result: Uint8Array
}

let module: WebAssembly.Module
beforeAll(async () => {
  module = await compileKernels({ shared: false })
})

/** One instruction with a buffer of random floats in (0.25, 1.25) for each address. */
async function prepare(name: InstructionName): Promise<Bench> {
  const { memory } = createMemory({ shared: false })
  memory.grow(4)
  let top = 1024
  const allocate = (bytes: number) => {
    const address = top
    top += Math.ceil(bytes / 64) * 64
    return address
  }
  const buffers = new Map<string, Uint8Array>()
  const operands: Record<string, number> = {}
  for (const [operand, type] of Object.entries(instructions[name].operands)) {
    if (type === 'address') {
      const address = (operands[operand] = allocate(BUFFER))
      buffers.set(operand, new Uint8Array(memory.buffer, address, BUFFER))
      const floats = new Float32Array(memory.buffer, address, BUFFER / 4)
      if (!indices.has(operand))
        for (let i = 0; i < floats.length; i++) floats[i] = 0.25 + ((i * 7919 + top) % 1009) / 1009
      else if (operand === 'programs') new Float64Array(memory.buffer, address).set(pixelProgram())
      // The elements of a matrix have places of their own.
      else if (name.startsWith('muon'))
        new Int32Array(memory.buffer, address, BUFFER / 4).forEach((_, i, table) => (table[i] = i))
    } else operands[operand] = scalars[operand] ?? { bytes: 64, i32: 4, f32: 0.5 }[type]
  }
  const phases = [
    { serial: false, meet: false, instructions: [{ name, operands: operands as Operands<InstructionName> }] },
  ]
  const steps = { phases, shards: SHARDS, batchSize: BATCH }
  const sequence = allocate(sequenceBytes(steps))
  const [[record]] = writeSequence(memory, sequence, steps) as [[number]]
  const stepScalars = allocate(64)
  new Float32Array(memory.buffer, stepScalars, 16).fill(0.5)
  const results = allocate(64)
  setSequence(memory, sequence, { sampleCount: BATCH, results, scalars: stepScalars, scalarCount: 6 })
  const kernels = (await instantiateKernels(module, memory)) as Bench['kernels']
  return { memory, kernels, buffers, sequence, record, result: new Uint8Array(memory.buffer, results, 16) }
}

describe.each(names)('%s', (name) => {
  const { operands } = entryOf(name)

  test('its opcode runs the kernel of its name', async () => {
    const byOpcode = await prepare(name)
    byOpcode.kernels.runInstruction(byOpcode.sequence, 0, byOpcode.record)
    const byName = await prepare(name)
    const view = new DataView(byName.memory.buffer)
    // A record that is switched off leaves the kernels at the last shard of the step, and changes nothing.
    view.setInt32(byName.record, 0, true)
    const before = new Uint8Array(byName.memory.buffer).slice()
    byName.kernels.runInstruction(byName.sequence, 0, byName.record)
    expect(differences(before, new Uint8Array(byName.memory.buffer))).toEqual([])
    byName.kernels[name]?.(byName.record)
    const after = new Uint8Array(byName.memory.buffer)
    const expected = new Uint8Array(byOpcode.memory.buffer)
    const changed = differences(before, after)
    expect(changed.length > 0 || name === 'finishLoss').toBe(true)
    expect(changed.filter((at) => after[at] !== expected[at])).toEqual([])
  })

  test('writes the buffers that the manifest says, and no others', async () => {
    const { kernels, buffers, sequence, record, result } = await prepare(name)
    const before = new Map([...buffers].map(([operand, bytes]) => [operand, bytes.slice()]))
    kernels.runInstruction(sequence, 0, record)
    const written = [...buffers].flatMap(([operand, bytes]) =>
      bytes.some((byte, i) => byte !== before.get(operand)?.[i]) ? [operand] : [],
    )
    const scalarsOf = Object.fromEntries(Object.keys(operands).map((key) => [key, scalars[key] ?? 4]))
    const declared = effectsOf(name, scalarsOf)
    expect(declared.map(([operand]) => operand).sort()).toEqual([...buffers.keys()].sort())
    expect(written.sort()).toEqual(
      declared.flatMap(([operand, effect]) => (effect.startsWith('writes') ? [operand] : [])).sort(),
    )
    expect(result.some((byte) => byte !== 0)).toBe(name === 'finishLoss')
  })
})

/** Indices of the bytes that differ. */
function differences(before: Uint8Array, after: Uint8Array): number[] {
  const found: number[] = []
  before.forEach((byte, i) => {
    if (byte !== after[i]) found.push(i)
  })
  return found
}

test('an unknown opcode changes nothing', async () => {
  const known = new Set(names.map((name) => instructions[name].opcode))
  const { memory, kernels, sequence, record } = await prepare('add')
  for (const opcode of [-1, 0, 5, 9, 99, 255, 2 ** 31 - 1]) {
    expect(known.has(opcode)).toBe(false)
    new DataView(memory.buffer).setInt32(record, opcode, true)
    const before = new Uint8Array(memory.buffer).slice()
    kernels.runInstruction(sequence, 0, record)
    expect(kernels.run(sequence, 0, 1, 0, 1)).toBe(0)
    expect(differences(before, new Uint8Array(memory.buffer))).toEqual([])
  }
})
