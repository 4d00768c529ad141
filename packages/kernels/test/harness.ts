import {
  compileKernels,
  createMemory,
  instantiateKernels,
  sequenceBytes,
  setSequence,
  writeSequence,
  type InstructionName,
  type Kernels,
  type Operands,
  type SequenceSettings,
} from '../src/index.ts'

const GUARD = 128
const CANARY = 0xa5

/** Room for one operand, with canaries on both sides. */
export interface Room {
  readonly address: number
  readonly floats: Float32Array
}

/** Runs single instructions in a memory where every write out of bounds is seen. */
export class Harness {
  readonly memory = createMemory({ shared: false }).memory
  readonly kernels: Kernels
  #top = 1024
  readonly #guards: number[] = []

  private constructor(memory: WebAssembly.Memory, kernels: Kernels) {
    this.memory = memory
    this.kernels = kernels
  }

  static async create({ relaxed = false, paired = false } = {}): Promise<Harness> {
    const { memory } = createMemory({ shared: false })
    memory.grow(100)
    return new Harness(
      memory,
      await instantiateKernels(await compileKernels({ shared: false, relaxed }), memory, { paired }),
    )
  }

  /** Forgets all rooms. */
  clear(): void {
    this.#top = 1024
    this.#guards.length = 0
  }

  bytes(length: number): { address: number; view: Uint8Array } {
    const address = this.#guard()
    this.#top = Math.ceil((address + length) / 4) * 4
    const view = new Uint8Array(this.memory.buffer, address, length)
    view.fill(0x77)
    // The canary begins at the very next byte.
    new Uint8Array(this.memory.buffer, address + length, this.#top - address - length).fill(CANARY)
    this.#guard()
    return { address, view }
  }

  /** Room for floats: their number (filled with rubbish) or their values. */
  room(content: number | ArrayLike<number>): Room {
    const length = typeof content === 'number' ? content : content.length
    const { address } = this.bytes(4 * length)
    const floats = new Float32Array(this.memory.buffer, address, length)
    if (typeof content === 'number') floats.fill(1e30)
    else floats.set(content)
    return { address, floats }
  }

  /** 64 bytes further on a line of 64, everything up to there a canary. */
  #guard(): number {
    const address = Math.ceil((this.#top + GUARD) / 64) * 64
    new Uint8Array(this.memory.buffer, this.#top, address - this.#top).fill(CANARY)
    this.#guards.push(this.#top, address)
    this.#top = address
    return address
  }

  /** Runs `rows` rows of step `step` of a batch size of `rows`, split into `shards`. */
  run<Name extends InstructionName>(
    name: Name,
    operands: Operands<Name>,
    {
      rows,
      shards = 1,
      step = 0,
      ...settings
    }: { rows: number; shards?: number; step?: number } & Partial<SequenceSettings>,
  ): void {
    const phases = [{ serial: false, meet: false, instructions: [{ name, operands }] }]
    const sequence = Math.ceil((this.#top + GUARD) / 64) * 64
    const steps = { phases, shards, batchSize: rows }
    const [[record]] = writeSequence(this.memory, sequence, steps) as [[number]]
    const results = sequence + Math.ceil(sequenceBytes(steps) / 64) * 64
    setSequence(this.memory, sequence, {
      sampleCount: (step + 1) * rows,
      results,
      baseStep: step,
      ...settings,
    })
    this.kernels.runInstruction(sequence, step, record)
    this.result = new Float64Array(this.memory.buffer, results, 2)
    this.#check()
  }

  /** What `finishLoss` left. */
  result = new Float64Array(2)

  #check(): void {
    const memory = new Uint8Array(this.memory.buffer)
    for (let i = 0; i < this.#guards.length; i += 2) {
      for (let at = this.#guards[i] as number; at < (this.#guards[i + 1] as number); at++) {
        if (memory[at] !== CANARY) throw new Error(`wrote at ${at}, outside of every operand`)
      }
    }
  }
}

/** Lines of `width` floats, `stride` apart; what lies between is 0. */
export function padLines(values: ArrayLike<number>, width: number, stride: number): Float32Array {
  const lines = values.length / width
  const out = new Float32Array(lines * stride)
  for (let l = 0; l < lines; l++)
    for (let i = 0; i < width; i++) out[l * stride + i] = values[l * width + i] as number
  return out
}

export const padded = (width: number): number => (width + 3) & ~3

/** Largest difference as a part of the largest expected value (at least `least`). */
export function difference(found: ArrayLike<number>, expected: ArrayLike<number>, least = 1e-30): number {
  let most = least
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    most = Math.max(most, Math.abs(expected[i] as number))
    const off = Math.abs((found[i] as number) - (expected[i] as number))
    worst = Math.max(worst, Number.isNaN(off) ? Infinity : off)
  }
  return worst / most
}
