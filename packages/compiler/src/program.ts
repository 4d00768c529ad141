import {
  compileKernels,
  costOf,
  instantiateKernels,
  isShared,
  patchInstruction,
  sequenceBytes,
  setSequence,
  switchInstruction,
  writeSequence,
} from '@treadle/kernels'
import type {
  Cost,
  InstructionName,
  KernelMemory,
  Kernels,
  KernelsBinary,
  Operands,
  Phase,
  SequenceRunner,
  SequenceSettings,
} from '@treadle/kernels'
import { planArena } from './arena.ts'
import { roughSeconds } from './cost.ts'
import { layoutOf, methodOf } from './plan-layout.ts'
import { schedule, type Operation } from './schedule.ts'
import { addressOf, type Reference, type Storage } from './storage.ts'

/**
 * A phase with less work than this is run by one thread: sharing it costs two cache-to-cache trips and a barrier,
 * which took 0.5 to 1 µs on the two cores this was measured on.
 */
const SHARED_SECONDS = 2e-6

/** A run with less work than this is not worth waking threads for, nor too long for a page's own thread. */
const ALONE_SECONDS = 2e-4

/** Where programs run. A `Runtime` of @treadle/runtime has `memory`, `allocate` and `free`. */
export interface Host extends KernelMemory {
  /** Runs sequences over threads; the calling thread alone if absent. */
  readonly runner?: SequenceRunner | undefined
  /** Another place or form of the kernels. */
  readonly binary?: KernelsBinary | undefined
}

/** Threads that run its programs. */
export const threadsOf = ({ runner }: Host): number => runner?.threads ?? 1

/** One instruction of a program. */
export interface PlanRow extends Cost {
  readonly phase: number
  /** Run by one thread. */
  readonly serial: boolean
  readonly layer: string
  readonly instruction: InstructionName
  /** How its operands lie in memory, with borders and padding: rows × columns × floats of a pixel, or rows × floats. */
  readonly layout?: string
  /** How a convolution is computed. */
  readonly method?: string
  /** Microseconds a step on one thread, if profiled. */
  readonly microseconds?: number
}

export interface ProgramDescription {
  readonly rows: readonly PlanRow[]
  readonly batchSize: number
  readonly shards: number
  /** Times that threads meet in a step. */
  readonly meetings: number
  /** Of one step of a whole batch. */
  readonly flops: number
  /** Bytes of the arena, and what it would be if no room were used twice. */
  readonly arenaBytes: number
  readonly unsharedBytes: number
}

interface PlannedPhase {
  readonly operations: readonly Operation[]
  readonly serial: boolean
  readonly meet: boolean
}

/** Operations laid out in memory as a sequence. */
export class Program {
  readonly host: Host
  readonly kernels: Kernels
  readonly sequence: number
  readonly #arena: number
  readonly #sizes: { bytes: number; unshared: number }
  readonly #phases: readonly PlannedPhase[]
  readonly #addresses: ReadonlyMap<Operation, number>
  readonly #batchSize: number
  readonly #shards: number
  readonly #secondsOfStep: number

  private constructor(fields: {
    host: Host
    kernels: Kernels
    sequence: number
    arena: number
    sizes: { bytes: number; unshared: number }
    phases: readonly PlannedPhase[]
    addresses: ReadonlyMap<Operation, number>
    batchSize: number
    shards: number
  }) {
    this.host = fields.host
    this.kernels = fields.kernels
    this.sequence = fields.sequence
    this.#arena = fields.arena
    this.#sizes = fields.sizes
    this.#phases = fields.phases
    this.#addresses = fields.addresses
    this.#batchSize = fields.batchSize
    this.#shards = fields.shards
    this.#secondsOfStep = fields.phases
      .flatMap(({ operations }) => operations)
      .reduce((sum, operation) => sum + roughSeconds(operation, fields.batchSize), 0)
  }

  /** Plans phases and room for `operations` and writes them into the host's memory. */
  static async create(
    host: Host,
    operations: readonly Operation[],
    options: { batchSize: number; shards: number; persistent: readonly Storage[] },
  ): Promise<Program> {
    const { batchSize, shards, persistent } = options
    const module =
      host.runner?.module ?? (await compileKernels({ shared: isShared(host.memory), binary: host.binary }))
    const kernels = await instantiateKernels(module, host.memory, { paired: host.runner?.paired })
    const scheduled = schedule(operations)
    const { storages, ...sizes } = planArena(scheduled, persistent)
    const secondsOf = (phase: readonly Operation[]) =>
      phase.reduce((sum, one) => sum + roughSeconds(one, batchSize), 0)
    const serial = scheduled.map((phase) => shards === 1 || secondsOf(phase) < SHARED_SECONDS)
    const phases = scheduled.map((list, i) => ({
      operations: list,
      serial: serial[i] as boolean,
      // One thread runs two serial phases one after the other; the last is followed by the next step's first.
      meet: !(serial[i] && serial[(i + 1) % serial.length]),
    }))
    const arena = host.allocate(sizes.bytes)
    new Uint8Array(host.memory.buffer, arena, sizes.bytes).fill(0)
    for (const storage of storages) storage.address += arena
    const written: Phase[] = phases.map(({ operations: list, serial: alone, meet }) => ({
      serial: alone,
      meet,
      instructions: list.map((one) => ({ name: one.name, operands: resolved(one) })),
    }))
    const steps = { phases: written, shards, batchSize }
    const sequence = host.allocate(sequenceBytes(steps))
    const addresses = writeSequence(host.memory, sequence, steps)
    return new Program({
      host,
      kernels,
      sequence,
      arena,
      sizes,
      phases,
      batchSize,
      shards,
      addresses: new Map(
        phases.flatMap(({ operations: list }, p) =>
          list.map((one, i) => [one, (addresses[p] as number[])[i] as number]),
        ),
      ),
    })
  }

  /**
   * Runs steps `from` to before `to`, which have `rows` rows in all: whole batches unless given. What this thread has
   * done alone there is nothing to wait for.
   */
  run(from: number, to: number, rows = (to - from) * this.#batchSize): Promise<void> | undefined {
    if (!this.runsAlone(rows)) return this.host.runner?.run(this.sequence, from, to)
    this.runHere(from, to)
    return undefined
  }

  /** Runs steps `from` to before `to` on the calling thread. */
  runHere(from: number, to: number): void {
    this.kernels.run(this.sequence, from, to, 0, 1)
  }

  /** Parts that every instruction is split into. */
  get shards(): number {
    return this.#shards
  }

  /** Whether `run` does that many rows on the calling thread, at once. */
  runsAlone(rows: number): boolean {
    return !this.host.runner || (this.#secondsOfStep * rows) / this.#batchSize <= ALONE_SECONDS
  }

  set(settings: Partial<SequenceSettings>): void {
    setSequence(this.host.memory, this.sequence, settings)
  }

  /** The operations called `name`. */
  operations<Name extends InstructionName>(name: Name): Operation<Name>[] {
    return this.#phases.flatMap(({ operations }) =>
      operations.filter((one) => one.name === name),
    ) as unknown as Operation<Name>[]
  }

  /** Changes one operand of an operation. */
  patch<Name extends InstructionName>(
    operation: Operation<Name>,
    operand: keyof Operands<Name> & string,
    value: number,
  ): void {
    const view = new DataView(this.host.memory.buffer)
    patchInstruction(view, this.#record(operation), operation.name, operand, value)
  }

  /** Runs operations now, on this thread, and switches them off: what they compute stays the same from step to step. */
  runOnce(operations: readonly Operation[]): void {
    for (const operation of operations) {
      this.enable(operation, true)
      this.kernels.runInstruction(this.sequence, 0, this.#record(operation))
      this.enable(operation, false)
    }
  }

  /** Switches an operation off or on. */
  enable(operation: Operation, on: boolean): void {
    switchInstruction(new DataView(this.host.memory.buffer), this.#record(operation), operation.name, on)
  }

  #record(operation: Operation): number {
    return this.#addresses.get(operation) as number
  }

  /** The plan, row by row. */
  describe(times?: ReadonlyMap<Operation, number>): ProgramDescription {
    const rows = this.#phases.flatMap(({ operations, serial }, phase) =>
      operations.map((operation): PlanRow => {
        const microseconds = times?.get(operation)
        const layout = layoutOf(operation)
        const method = methodOf(operation)
        return {
          phase,
          serial,
          layer: operation.layer,
          instruction: operation.name,
          ...costOf(operation.name, operation.operands, this.#batchSize),
          ...(layout !== undefined && { layout }),
          ...(method !== undefined && { method }),
          ...(microseconds === undefined ? {} : { microseconds }),
        }
      }),
    )
    return {
      rows,
      batchSize: this.#batchSize,
      shards: this.#shards,
      meetings: this.#phases.filter(({ meet }) => meet).length,
      flops: rows.reduce((sum, { flops }) => sum + flops, 0),
      arenaBytes: this.#sizes.bytes,
      unsharedBytes: this.#sizes.unshared,
    }
  }

  /**
   * Runs steps `from` to before `to` on this thread alone, one instruction at a time, and returns the median time of
   * each in microseconds. The state after it is that of a run.
   */
  profile(from: number, to: number): ReadonlyMap<Operation, number> {
    const times = new Map<Operation, number[]>()
    for (let step = from; step < to; step++) {
      for (const [operation, address] of this.#addresses) {
        const start = performance.now()
        this.kernels.runInstruction(this.sequence, step, address)
        const taken = performance.now() - start
        times.set(operation, [...(times.get(operation) ?? []), taken])
      }
    }
    return new Map(
      [...times].map(([operation, list]) => [
        operation,
        1000 * (list.sort((a, b) => a - b)[list.length >> 1] as number),
      ]),
    )
  }

  dispose(): void {
    this.host.free(this.sequence)
    this.host.free(this.#arena)
  }
}

function resolved({ operands }: Operation): Operands<InstructionName> {
  const entries = Object.entries(operands as unknown as Record<string, Reference | number>)
  return Object.fromEntries(entries.map(([key, value]) => [key, addressOf(value)]))
}
