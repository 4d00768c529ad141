import { header, phase as phaseWords, PHASE_BYTES, phaseFlags, RECORD_BYTES } from './manifest/header.ts'
import type { InstructionName, Operands } from './manifest/index.ts'
import { writeInstruction } from './record.ts'

const HEADER_BYTES = 128
const BARRIER_BYTES = 256

type HeaderWord = keyof typeof header

/** The address of a word, `words` being the layout of what lies at `address`. */
function wordAt<Word extends string>(address: number, words: Record<Word, unknown>, word: Word): number {
  return address + 4 * Object.keys(words).indexOf(word)
}

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
  /** Address of `scalarCount` float32 a step for the optimizer, beginning with `baseStep`: the first is the learning rate. */
  scalars: number
  /** 0 for sequences without an update. */
  scalarCount: number
  /** Address of the results of the steps, beginning with `baseStep`: loss and metric of each output, float64. */
  results: number
  /** Bytes of the results of one step; 16 unless set, for one output. */
  resultBytes: number
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
  /** Threads meet after it. After a phase that they share they do in any case. */
  readonly meet: boolean
}

export interface Sequence {
  readonly phases: readonly Phase[]
  /** Parts that every instruction is split into, whatever the number of threads. */
  readonly shards: number
  /** Rows of a step. */
  readonly batchSize: number
}

const wholeLines = (bytes: number): number => Math.ceil(bytes / 64) * 64

/** Where the parts of a sequence lie, in bytes from its address, and what it takes in all. */
function layoutOf({ phases, shards }: Omit<Sequence, 'batchSize'>) {
  const claims = HEADER_BYTES + BARRIER_BYTES
  const table = claims + wholeLines(4 * shards)
  const records = table + wholeLines(phases.length * PHASE_BYTES)
  const count = phases.reduce((sum, { instructions }) => sum + instructions.length, 0)
  return { claims, table, records, bytes: records + count * RECORD_BYTES }
}

/** Bytes that a sequence takes. Its address must be a multiple of 64. */
export function sequenceBytes(sequence: Omit<Sequence, 'batchSize'>): number {
  return layoutOf(sequence).bytes
}

/**
 * Writes a sequence at `address`.
 * @returns the address of each instruction, by phase
 */
export function writeSequence(memory: WebAssembly.Memory, address: number, sequence: Sequence): number[][] {
  const { phases, shards, batchSize } = sequence
  const layout = layoutOf(sequence)
  const view = new DataView(memory.buffer)
  new Uint8Array(memory.buffer, address, layout.bytes).fill(0)
  const table = address + layout.table
  let record = address + layout.records
  const settings = {
    phases: table,
    phaseCount: phases.length,
    batchSize,
    shards,
    barrier: barrierOf(address),
    claims: address + layout.claims,
    resultBytes: 16,
    spins: 2000,
    patience: 600,
  }
  setWords(view, address, settings)
  return phases.map((phase, index) => {
    const at = table + index * PHASE_BYTES
    const flags = (phase.serial ? phaseFlags.serial : 0) | (phase.meet || !phase.serial ? phaseFlags.meet : 0)
    view.setUint32(wordAt(at, phaseWords, 'records'), record, true)
    view.setUint32(wordAt(at, phaseWords, 'count'), phase.instructions.length, true)
    view.setUint32(wordAt(at, phaseWords, 'flags'), flags, true)
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
  setWords(new DataView(memory.buffer), address, settings)
}

function setWords(view: DataView, address: number, values: Partial<Record<HeaderWord, number>>): void {
  for (const [word, value] of Object.entries(values))
    view.setUint32(wordAt(address, header, word as HeaderWord), value, true)
}

/** Where a sequence's barrier lies: `Kernels.poison` takes it. */
export function barrierOf(sequence: number): number {
  return sequence + HEADER_BYTES
}

/**
 * Makes a sequence ready for a run over several threads, whatever became of the last: takes poison off its barrier and
 * gives all shards free. Only when no thread runs it.
 */
export function readySequence(memory: WebAssembly.Memory, sequence: number): void {
  const barrier = barrierOf(sequence)
  const table = new DataView(memory.buffer).getUint32(wordAt(sequence, header, 'phases'), true)
  new Uint8Array(memory.buffer, barrier, table - barrier).fill(0)
}
