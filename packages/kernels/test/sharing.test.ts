import { expect, test } from 'vitest'
import {
  compileKernels,
  createMemory,
  instantiateKernels,
  mapOperands,
  readySequence,
  sequenceBytes,
  setSequence,
  writeSequence,
} from '../src/index.ts'

test.each([0, 1, 2])(
  'thread %d of 3, alone, does the shards of all; a second pass finds none',
  async (thread) => {
    const { memory, allocate } = createMemory({ shared: true })
    const kernels = await instantiateKernels(await compileKernels({ shared: true }), memory)
    const [rows, bytes] = [40, 40 * 16]
    const [x, y] = [allocate(bytes), allocate(bytes)]
    new Float32Array(memory.buffer, x, rows * 4).fill(1)
    const sums = new Float32Array(memory.buffer, y, rows * 4).fill(0)
    const strides = { image: 16, row: 16, pixel: 16 }
    const operands = {
      ...mapOperands('a', { base: x, ...strides }),
      ...mapOperands('b', { base: y, ...strides }),
      ...mapOperands('y', { base: y, ...strides }),
      height: 1,
      width: 1,
      channels: 4,
      relu: 0,
    }
    const phases = [{ serial: false, meet: true, instructions: [{ name: 'add' as const, operands }] }]
    const steps = { phases, shards: 7, batchSize: rows }
    const sequence = allocate(sequenceBytes(steps))
    writeSequence(memory, sequence, steps)
    // It does not wait at the barrier: nobody else will come.
    setSequence(memory, sequence, { sampleCount: rows, spins: 1, patience: 0 })
    expect(kernels.run(sequence, 0, 1, thread, 3)).toBe(1)
    expect(new Set(sums)).toEqual(new Set([1]))
    kernels.run(sequence, 0, 1, (thread + 1) % 3, 3)
    expect(new Set(sums)).toEqual(new Set([1]))
    readySequence(memory, sequence)
    kernels.run(sequence, 0, 1, thread, 3)
    expect(new Set(sums)).toEqual(new Set([2]))
  },
)
