import { lossInstructions } from '../loss.ts'
import type { Host, Program } from '../program.ts'
import type { TrainingData } from './options.ts'

/** Copies values into memory of the host. */
export function upload(
  host: Host,
  values: Uint8Array | Float32Array | Int32Array | Uint32Array | Float64Array,
): number {
  // Kernels read up to 16 bytes at once.
  const address = host.allocate(values.byteLength + 16)
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  new Uint8Array(host.memory.buffer, address, values.byteLength).set(bytes)
  return address
}

/** Data in the memory of a training program, which reads them after `point`. */
export class BoundData {
  readonly #program: Program
  readonly #input: number
  readonly #target: number
  /** 0 where all weights are 1. */
  readonly #weight: number
  readonly #bytes: boolean
  readonly #count: number

  constructor(program: Program, { inputs, targets, weights, count }: TrainingData) {
    this.#program = program
    this.#input = upload(program.host, inputs)
    this.#target = upload(program.host, targets)
    this.#weight = weights ? upload(program.host, weights) : 0
    this.#bytes = inputs instanceof Uint8Array
    this.#count = count
  }

  /** Makes the instructions of the program read these data. */
  point(): void {
    const program = this.#program
    program.set({ sampleCount: this.#count })
    for (const name of ['gatherBytes', 'gatherFloats'] as const) {
      for (const operation of program.operations(name)) {
        program.patch(operation, 'source', this.#input)
        program.enable(operation, (name === 'gatherBytes') === this.#bytes)
      }
    }
    for (const name of lossInstructions) {
      for (const operation of program.operations(name)) {
        program.patch(operation, 'targets', this.#target)
        program.patch(operation, 'weights', this.#weight)
      }
    }
  }

  free(): void {
    for (const address of [this.#input, this.#target, this.#weight])
      if (address) this.#program.host.free(address)
  }
}
