import type { InstructionName, Operands, ProgramWriter, Sequence } from '@treadle/kernels'
import type { KernelCalls } from './kernel-calls.ts'

type Instructions = Sequence['phases'][number]['instructions'][number][]

export interface ProgramSize {
  /** Samples. */
  readonly batchSize: number
  /** Parts that every instruction is split into. */
  readonly shards: number
}

/** A sequence of kernels that runs once, with buffers that `dispose` frees. */
export class KernelProgram implements ProgramWriter<number> {
  readonly batchSize: number
  readonly shards: number
  readonly threads: number
  readonly #calls: KernelCalls
  readonly #blocks: number[] = []
  #phases: Instructions[] = [[]]

  constructor(calls: KernelCalls, size: ProgramSize) {
    this.#calls = calls
    this.batchSize = size.batchSize
    this.shards = size.shards
    this.threads = calls.threads
  }

  emit<Name extends InstructionName>(name: Name, operands: Operands<Name>): void {
    this.#phases.at(-1)?.push({ name, operands })
  }

  /** All shards finish what lies before, before one of them begins what follows. */
  barrier(): void {
    this.#phases.push([])
  }

  buffer(_name: string, bytes: number): number {
    const address = this.#calls.host.allocate(bytes)
    this.#blocks.push(address)
    return address
  }

  /** The elements of a buffer, valid until the next allocation. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.#calls.host.memory.buffer, address, length)
  }

  offset(address: number, bytes: number): number {
    return address + bytes
  }

  /** @param work number of multiply-adds */
  run(work: number): void {
    const phases = this.#phases
      .filter((instructions) => instructions.length > 0)
      .map((instructions) => ({ instructions, serial: false, meet: true }))
    this.#phases = [[]]
    this.#calls.run({ phases, shards: this.shards, batchSize: this.batchSize }, work)
  }

  dispose(): void {
    for (const address of this.#blocks.splice(0)) this.#calls.host.free(address)
  }
}
