import { TreadleError } from '@treadle/core'
import { advanceClock, startClock, type Optimizer, type StepScalars } from '@treadle/optim'
import type { NetworkPlan } from '../network-of.ts'
import type { Program, ProgramDescription } from '../program.ts'
import type { Operation } from '../schedule.ts'
import { upload } from '../upload.ts'
import { BoundData } from './bound-data.ts'
import { drawMasks, overrideMasks } from './masks.ts'
import type { OutputLoss, TrainingChunk, TrainingData, TrainingOptions, TrainingResult } from './options.ts'
import { StepResults } from './step-results.ts'
import type { PackedValues, TrainingWeights } from './weights.ts'

/** A compiled training run. Its methods are called one at a time. */
export class TrainingProgram {
  readonly batchSize: number
  readonly #program: Program
  readonly #network: NetworkPlan
  readonly #weights: TrainingWeights
  readonly #optimizer: Optimizer
  readonly #results: StepResults
  #data: BoundData | undefined
  #times: ReadonlyMap<Operation, number> | undefined

  /** @param options those of `compileTraining`; `units` are floats of each value that a loss is computed from */
  constructor(
    program: Program,
    network: NetworkPlan,
    weights: TrainingWeights,
    options: TrainingOptions & { readonly heads: readonly OutputLoss[]; readonly units: readonly number[] },
  ) {
    this.#program = program
    this.#network = network
    this.#weights = weights
    this.#optimizer = options.optimizer
    this.#results = new StepResults(options)
    this.batchSize = options.batchSize
    program.set({ seed: options.seed, resultBytes: this.#results.bytes })
  }

  /** Copies data into the program's memory; what was bound before is freed. */
  bind(data: TrainingData): void {
    this.#data?.free()
    this.#data = this.#bound(data)
    this.#data.point()
  }

  #bound(data: TrainingData): BoundData {
    const layers = this.#network.inputs.map(({ layer }) => layer)
    return new BoundData(this.#program, data, layers)
  }

  /**
   * The targets of the first output as they are bound: the next steps read what is written there. The view is valid until
   * memory is allocated.
   * @throws TreadleError `COMPILER_NO_DATA` before `bind`, and for class indices
   */
  targetFloats(): Float32Array {
    if (!this.#data)
      throw new TreadleError('COMPILER_NO_DATA', 'targetFloats: no data are bound; call `bind` first.')
    return this.#data.targetFloats()
  }

  /** Runs some steps. @throws TreadleError `COMPILER_NO_DATA` before `bind` */
  async run(chunk: TrainingChunk): Promise<TrainingResult> {
    if (!this.#data) throw new TreadleError('COMPILER_NO_DATA', 'run: no data are bound; call `bind` first.')
    const { host } = this.#program
    const { firstStep, steps, epoch, order, scalars, pixels } = chunk
    const results = this.#results.allocate(this.#program, chunk, this.#data.count)
    const room = [order ? upload(host, order) : 0, upload(host, scalars)] as const
    const release = pixels && this.#data.augment(pixels, firstStep * this.batchSize)
    try {
      this.#program.set({
        epoch,
        baseStep: firstStep,
        order: room[0],
        scalars: room[1],
        scalarCount: scalars.length / steps,
        results: results.address,
      })
      await this.#program.run(firstStep, firstStep + steps)
      return results.read()
    } finally {
      results.free()
      release?.()
      for (const address of room) if (address) host.free(address)
    }
  }

  /**
   * Runs one step on the given rows, as `run` does: for tests of fidelity. What is bound stays bound.
   * @param masks 0 or 1 for each element of each dropout layer's input, drawn from the seed when absent
   */
  async trace(
    data: TrainingData,
    at: {
      epoch: number
      step: number
      /** What `advanceClock` returned. */
      scalars: StepScalars
      masks?: readonly Uint8Array[] | undefined
    },
  ): Promise<{
    loss: number
    outputs: { loss: number; metricSum: number }[]
    gradients: Float32Array[]
  }> {
    const { host } = this.#program
    // The step's rows stand at order[step · batchSize …]; there is data for those alone.
    const firstRow = at.step * this.batchSize
    const order = upload(
      host,
      Uint32Array.from({ length: data.count }, (_, i) => i),
    )
    const scalars = upload(host, Float32Array.from(at.scalars))
    const chunk = { firstStep: at.step, steps: 1 }
    const results = this.#results.allocate(this.#program, chunk, firstRow + data.count)
    const traced = this.#bound(data)
    try {
      traced.point()
      if (at.masks) overrideMasks(this.#program, this.#network.operators, at.masks)
      this.#program.set({
        epoch: at.epoch,
        baseStep: at.step,
        order: order - 4 * firstRow,
        sampleCount: firstRow + data.count,
        scalars,
        scalarCount: at.scalars.length,
        results: results.address,
      })
      const weights = this.readWeights()
      await this.#program.run(at.step, at.step + 1)
      drawMasks(this.#program)
      const { losses, outputs } = results.read()
      return {
        loss: losses[0] as number,
        outputs: outputs.map((one) => ({
          loss: one.losses[0] as number,
          metricSum: one.metricSums[0] as number,
        })),
        gradients: this.#weights.readGradients(weights),
      }
    } finally {
      traced.free()
      results.free()
      for (const address of [order, scalars]) host.free(address)
      this.#data?.point()
    }
  }

  /** The present weights in `model.weights` order, row-major. */
  readWeights(): Float32Array[] {
    return this.#weights.read()
  }

  /**
   * Copies the packed weights as they are now. The function it returns unpacks the copy, in `model.weights` order: for
   * weights that may be asked for while the next steps run.
   */
  holdWeights(): () => Float32Array[] {
    return this.#weights.hold()
  }

  /** Takes weights over, in `model.weights` order. */
  writeWeights(weights: readonly Float32Array[]): void {
    this.#weights.write(weights)
  }

  /** The optimizer's slots by name, in `model.trainableWeights` order. */
  readSlots(): Record<string, Float32Array[]> {
    return this.#weights.readSlots()
  }

  writeSlots(slots: Readonly<Record<string, readonly Float32Array[]>>): void {
    this.#weights.writeSlots(slots)
  }

  /** Where an inference program in the same memory finds the values of a weight, by its variable's id. */
  sourceOf(variable: number): PackedValues | undefined {
    return this.#weights.sourceOf(variable)
  }

  /** The plan: every instruction with its shapes, arithmetic and bytes, and its time after `profile`. */
  describe(): ProgramDescription {
    return this.#program.describe(this.#times)
  }

  /**
   * Runs steps `from` to before `to` of the bound data on this thread, one instruction at a time, with a learning
   * rate of 0, and keeps the median time of each for `describe`. Moves slots and moving averages as a step does:
   * not in the middle of a run that matters.
   */
  profile(from: number, to: number): void {
    const steps = to - from
    const optimizer = this.#optimizer
    const row = advanceClock(startClock(optimizer), optimizer, 0)
    const scalars = upload(
      this.#program.host,
      Float32Array.from(Array.from({ length: steps }, () => row).flat()),
    )
    const results = this.#results.allocate(this.#program, { firstStep: from, steps }, this.#data?.count ?? 0)
    const { address } = results
    this.#program.set({ baseStep: from, order: 0, scalars, scalarCount: row.length, results: address })
    this.#times = this.#program.profile(from, to)
    this.#program.host.free(scalars)
    results.free()
  }

  /** Frees the program's memory. */
  dispose(): void {
    this.#data?.free()
    this.#data = undefined
    this.#program.dispose()
  }
}
