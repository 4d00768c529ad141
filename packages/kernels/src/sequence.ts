import { RECORD_BYTES, writeInstruction, type InstructionName, type Operands } from './instructions.ts'

const HEADER_BYTES = 128
const BARRIER_BYTES = 256
const PHASE_BYTES = 16

/** Words of a sequence's header, as `assembly/context.ts` and `assembly/sequencer.ts` read them. */
const words = {
  phases: 0,
  phaseCount: 1,
  batchSize: 2,
  sampleCount: 3,
  order: 4,
  shards: 5,
  epoch: 6,
  seed: 7,
  barrier: 8,
  stepSizes: 10,
  learningRates: 11,
  results: 12,
  baseStep: 13,
  spins: 14,
  patience: 15,
} as const

/** What may change from one run of a sequence to the next. All are uint32; addresses are bytes. */
export interface SequenceSettings {
  /** Parts that instructions are split into: to be changed only where rows have nothing to do with each other. */
  shards: number
  /** Rows of data that steps go through, `batchSize` at a time. */
  sampleCount: number
  /** Address of the rows' order (uint32 each), or 0. */
  order: number
  epoch: number
  seed: number
  /** Addresses of one float32 a step, beginning with `baseStep`; 0 for sequences without an update. */
  stepSizes: number
  learningRates: number
  /** Address of two float64 a step: loss, metric. */
  results: number
  baseStep: number
  /** Turns a thread spins at a barrier before it sleeps. */
  spins: number
  /** How long it then waits for the others before the run fails, in slices of 50 ms. */
  patience: number
}

export interface Instruction<Name extends InstructionName = InstructionName> {
  readonly name: Name
  readonly operands: Operands<Name>
}

export interface Phase {
  readonly instructions: readonly Instruction[]
  /** Run by the first thread alone: too little work to share. */
  readonly serial: boolean
  /** Threads meet after it. */
  readonly meet: boolean
}

/** Bytes a sequence of these phases takes. Its address must be a multiple of 64. */
export function sequenceBytes(phases: readonly Phase[]): number {
  const records = phases.reduce((sum, phase) => sum + phase.instructions.length, 0)
  return (
    HEADER_BYTES + BARRIER_BYTES + Math.ceil((phases.length * PHASE_BYTES) / 64) * 64 + records * RECORD_BYTES
  )
}

/**
 * Writes a sequence at `address`.
 * @param shards number of parts that every instruction is split into, whatever the number of threads
 * @returns the address of each instruction, by phase
 */
export function writeSequence(
  memory: WebAssembly.Memory,
  address: number,
  { phases, shards, batchSize }: { phases: readonly Phase[]; shards: number; batchSize: number },
): number[][] {
  const view = new DataView(memory.buffer)
  new Uint8Array(memory.buffer, address, sequenceBytes(phases)).fill(0)
  const table = address + HEADER_BYTES + BARRIER_BYTES
  let record = table + Math.ceil((phases.length * PHASE_BYTES) / 64) * 64
  const header = {
    phases: table,
    phaseCount: phases.length,
    batchSize,
    shards,
    barrier: address + HEADER_BYTES,
    spins: 2000,
    patience: 600,
  }
  for (const [key, value] of Object.entries(header))
    view.setUint32(address + 4 * words[key as keyof typeof header], value, true)
  return phases.map((phase, index) => {
    const at = table + index * PHASE_BYTES
    view.setUint32(at, record, true)
    view.setUint32(at + 4, phase.instructions.length, true)
    view.setUint32(at + 8, (phase.serial ? 1 : 0) | (phase.meet ? 2 : 0), true)
    return phase.instructions.map(({ name, operands }) => {
      writeInstruction(view, record, name, operands)
      record += RECORD_BYTES
      return record - RECORD_BYTES
    })
  })
}

/** Changes settings of the sequence at `address`. Not while it runs. */
export function setSequence(
  memory: WebAssembly.Memory,
  address: number,
  settings: Partial<SequenceSettings>,
): void {
  const view = new DataView(memory.buffer)
  for (const [key, value] of Object.entries(settings))
    view.setUint32(address + 4 * words[key as keyof SequenceSettings], value, true)
}

/** Where a sequence's barrier lies: `Kernels.poison` takes it. */
export function barrierOf(sequence: number): number {
  return sequence + HEADER_BYTES
}

/** Makes a poisoned or abandoned barrier good again. Only when no thread runs the sequence. */
export function resetBarrier(memory: WebAssembly.Memory, sequence: number): void {
  new Uint8Array(memory.buffer, barrierOf(sequence), BARRIER_BYTES).fill(0)
}
