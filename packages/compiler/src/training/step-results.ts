import type { Program } from '../program.ts'
import { scatterIndex } from '../scatter.ts'
import {
  isSingle,
  type OutputLoss,
  type OutputResult,
  type TrainingChunk,
  type TrainingOptions,
  type TrainingResult,
} from './options.ts'

/** What the steps of a training program leave in memory: loss and metric of each output, penalties, logits. */
export class StepResults {
  readonly #heads: readonly OutputLoss[]
  readonly #units: readonly number[]
  readonly #batchSize: number
  readonly #keepLogits: boolean

  constructor(
    options: Pick<TrainingOptions, 'batchSize' | 'keepLogits'> & {
      readonly heads: readonly OutputLoss[]
      readonly units: readonly number[]
    },
  ) {
    this.#heads = options.heads
    this.#units = options.units
    this.#batchSize = options.batchSize
    this.#keepLogits = options.keepLogits === true
  }

  /** Bytes of the results of one step. The penalties follow those of the outputs, unless they are part of the only loss. */
  get bytes(): number {
    return 16 * (this.#heads.length + (isSingle(this.#heads) ? 0 : 1))
  }

  /** Allocates memory for the steps of a chunk of `count` samples, and has the program write its logits there. */
  allocate(
    program: Program,
    { firstStep, steps }: Pick<TrainingChunk, 'firstStep' | 'steps'>,
    count: number,
  ): { readonly address: number; read(): TrainingResult; free(): void } {
    const { host } = program
    const address = host.allocate(this.bytes * steps)
    const firstRow = firstStep * this.#batchSize
    const rows = Math.max(0, Math.min(count, firstRow + steps * this.#batchSize) - firstRow)
    const logits = this.#keepLogits ? this.#units.map((units) => host.allocate(4 * units * rows + 16)) : []
    for (const operation of program.operations('scatterRows')) {
      const index = scatterIndex(operation)
      const skipped = 4 * (this.#units[index] as number) * firstRow
      program.patch(operation, 'target', (logits[index] as number) - skipped)
    }
    return {
      address,
      read: () => this.#read(host.memory, address, steps, logits, rows),
      free: () => {
        for (const one of [address, ...logits]) host.free(one)
      },
    }
  }

  #read(
    memory: WebAssembly.Memory,
    address: number,
    steps: number,
    logits: readonly number[],
    rows: number,
  ): TrainingResult {
    const results = new Float64Array(memory.buffer, address, (this.bytes / 8) * steps)
    const width = this.bytes / 8
    const column = (at: number) =>
      Float64Array.from({ length: steps }, (_, step) => results[step * width + at] as number)
    const outputs = this.#heads.map((_, i): OutputResult => {
      const at = logits[i]
      const size = rows * (this.#units[i] as number)
      return {
        losses: column(2 * i),
        metricSums: column(2 * i + 1),
        ...(at !== undefined && { logits: new Float32Array(memory.buffer, at, size).slice() }),
      }
    })
    return { losses: this.#total(outputs, column), outputs }
  }

  #total(outputs: readonly OutputResult[], column: (at: number) => Float64Array): Float64Array {
    if (isSingle(this.#heads)) return (outputs[0] as OutputResult).losses
    const penalties = column(2 * outputs.length)
    return penalties.map((penalty, step) =>
      outputs.reduce(
        (sum, one, i) => sum + Math.fround(this.#heads[i]?.weight ?? 1) * (one.losses[step] as number),
        penalty,
      ),
    )
  }
}
