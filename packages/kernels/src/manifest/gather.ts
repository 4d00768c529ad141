import { instruction, perFloat } from './instruction.ts'

const rowsOfData = { source: 'address', target: 'address', lines: 'i32', width: 'i32', row: 'bytes' } as const

/** Samples from a data set into a batch, and back. Any shard may read any sample of the data set. */
export const gather = {
  gatherBytes: instruction({
    opcode: 1,
    operands: { ...rowsOfData, high: 'f32', low: 'f32' },
    effects: { source: 'reads all', target: 'writes own' },
    cost: perFloat(3, 1.25),
  }),
  gatherFloats: instruction({
    opcode: 2,
    operands: rowsOfData,
    effects: { source: 'reads all', target: 'writes own' },
    cost: perFloat(0, 2),
  }),
  scatterRows: instruction({
    opcode: 3,
    operands: rowsOfData,
    effects: { source: 'reads own', target: 'writes own' },
    cost: perFloat(0, 2),
  }),
  relayout: instruction({
    opcode: 4,
    operands: {
      source: 'address',
      sourceSample: 'bytes',
      target: 'address',
      targetSample: 'bytes',
      table: 'address',
      count: 'i32',
      accumulate: 'i32',
    },
    effects: { source: 'reads own', target: 'writes own', table: 'reads all' },
    cost: ({ count }, samples) => ({
      shape: `${samples}×${count}`,
      flops: 0,
      bytes: 12 * samples * count,
    }),
  }),
}
