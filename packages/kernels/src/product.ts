import { compileKernels, instantiateKernels, type KernelsBinary } from './kernels.ts'
import { createMemory } from './memory.ts'
import { sequenceBytes, setSequence, writeSequence } from './sequence.ts'

const SAMPLES = 32
const LINES = 28
const UNITS = 32

/** The product by which rates of kernels are compared. */
export interface ReferenceProduct {
  /** Operations of a run. */
  readonly flops: number
  /** Multiplies once. */
  readonly run: () => void
}

/**
 * The product of 896×32 and 32×32 by our kernels, in a memory of its own: its rate is what this machine reaches at best
 * with products in the first-level cache. The rates of other kernels are given as shares of it.
 *
 * @param options.binary another place or form of the kernels for an unshared memory
 * @throws TreadleError `KERNELS_NOT_LOADED`
 */
export async function referenceProduct({
  binary,
}: { binary?: KernelsBinary } = {}): Promise<ReferenceProduct> {
  const { memory, allocate } = createMemory({ shared: false })
  const kernels = await instantiateKernels(await compileKernels({ shared: false, binary }), memory)
  const rows = SAMPLES * LINES
  const row = 4 * UNITS
  const buffer = (bytes: number, value: number): number => {
    const address = allocate(bytes)
    new Float32Array(memory.buffer, address, bytes / 4).fill(value)
    return address
  }
  const operands = {
    a: buffer(rows * row, 0.5),
    aRow: row,
    b: buffer(UNITS * row, 0.25),
    // Panels of 16 columns.
    bRow: 64,
    panel: UNITS * 64,
    c: buffer(rows * row, 0),
    cRow: row,
    k: UNITS,
    columns: UNITS,
    lines: LINES,
    bias: 0,
    flags: 0,
    groups: 1,
    bGroup: 0,
    cGroup: 0,
    byColumn: 0,
  }
  const steps = {
    phases: [{ serial: true, meet: false, instructions: [{ name: 'gemm' as const, operands }] }],
    shards: 8,
    batchSize: SAMPLES,
  }
  const sequence = allocate(sequenceBytes(steps))
  const record = writeSequence(memory, sequence, steps)[0]?.[0] as number
  setSequence(memory, sequence, { sampleCount: SAMPLES, results: allocate(64) })
  return {
    flops: 2 * rows * UNITS * UNITS,
    run: () => kernels.runInstruction(sequence, 0, record),
  }
}
