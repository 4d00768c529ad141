import type { OperandTypes } from './instruction.ts'

/** Words of a sequence's header, in order. */
export const header = {
  phases: 'address',
  phaseCount: 'i32',
  batchSize: 'i32',
  sampleCount: 'i32',
  order: 'address',
  shards: 'i32',
  epoch: 'i32',
  seed: 'i32',
  barrier: 'address',
  claims: 'address',
  scalars: 'address',
  scalarCount: 'i32',
  results: 'address',
  resultBytes: 'bytes',
  baseStep: 'i32',
  spins: 'i32',
  patience: 'i32',
} as const satisfies OperandTypes

/** Words of an entry of the table of phases. */
export const phase = { records: 'address', count: 'i32', flags: 'i32' } as const satisfies OperandTypes

/** Bits of a phase's `flags`. */
export const phaseFlags = {
  /** The first thread runs it alone. */
  serial: 1,
  /** A barrier follows. */
  meet: 2,
} as const

export const PHASE_BYTES = 16
/** An instruction: its opcode and 31 operands. */
export const RECORD_BYTES = 128
