import { checkSeed, TreadleError } from '@treadle/core'
import type { LossName } from '@treadle/keras'
import {
  AVERAGE,
  advanceClock,
  slotNames,
  slotsOf,
  startClock,
  type Optimizer,
  type StepScalars,
} from '@treadle/optim'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { Emitter } from './emitter.ts'
import { UnsupportedModelError } from './errors.ts'
import { DropoutOperator } from './operators/dropout.ts'
import { AffineOperator } from './operators/batch-normalization.ts'
import { fillAffines, fillTables } from './fill.ts'
import { emitLoss, lossInput } from './loss.ts'
import { networkOf, settlePlaces, type NetworkPlan } from './network-of.ts'
import { unpacked, type Parameter } from './parameter.ts'
import { Program, type Host, type ProgramDescription } from './program.ts'
import type { Operation } from './schedule.ts'
import { chooseShards } from './shards.ts'
import { emitPenalties, emitUpdate, placeParameters, type ParameterBlock } from './update.ts'

export interface TrainingOptions {
  readonly loss: LossName
  /** The model's outputs are logits: a cross-entropy on a model without a final activation. */
  readonly fromLogits?: boolean | undefined
  /** Of a cross-entropy, in [0, 1): mixes the targets with the uniform distribution; 0 unless given. */
  readonly labelSmoothing?: number | undefined
  /** `learningRate` apart, which comes with each step. */
  readonly optimizer: Optimizer
  /** Most rows a step has. */
  readonly batchSize: number
  /** Keys the dropout masks: an integer in [0, 2³²). */
  readonly seed: number
  readonly host: Host
}

/** Rows to train on. */
export interface TrainingData {
  /** Bytes are scaled to fround(v / 255), floats taken as they are. Row-major, shape [count, …input shape]. */
  readonly inputs: Uint8Array | Float32Array
  /** Class indices [count] for sparse categorical cross-entropy, otherwise targets [count, units]. */
  readonly targets: Int32Array | Float32Array
  /** Shape [count]; all 1 when absent. */
  readonly weights?: Float32Array | undefined
  readonly count: number
}

/** Some consecutive steps of one epoch. */
export interface TrainingChunk {
  readonly epoch: number
  /** Permutation of the rows; step s takes order[s·batchSize … (s+1)·batchSize). Rows come as they lie if absent. */
  readonly order?: Uint32Array | undefined
  readonly firstStep: number
  readonly steps: number
  /** What `advanceClock` of @treadle/optim returned for each step, shape [steps, scalars of a step]. */
  readonly scalars: Float32Array
}

export interface TrainingResult {
  /** Each step's loss before its update, penalties included: Σ weight × loss over its rows ÷ rows. */
  readonly losses: Float64Array
  /** Each step's Σ over rows of the metric: right answers, or absolute errors. */
  readonly metricSums: Float64Array
}

/**
 * Compiles the training of `model` into one static program: forward, loss, backward and update, with all weights
 * and slots in the host's memory. It begins with the model's present weights and slots; the model itself is
 * not touched.
 *
 * @throws UnsupportedModelError `COMPILER_UNSUPPORTED_MODEL` naming the layer and the reason
 * @throws TreadleError `COMPILER_BAD_OPTION`, `CORE_BAD_SEED`
 */
export async function compileTraining(
  model: LayersModel,
  options: TrainingOptions,
): Promise<TrainingProgram> {
  const { host, loss, optimizer, batchSize } = options
  checkSeed(options.seed)
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new TreadleError(
      'COMPILER_BAD_OPTION',
      `compileTraining: \`batchSize\` (=${batchSize}) must be an integer of at least 1.`,
    )
  }
  const shards = chooseShards(model, batchSize)
  const network = networkOf(model, { training: true, batchSize, shards })
  const { value, operators } = lossInput(network, loss, options.fromLogits ?? false)
  settlePlaces(operators)
  const block = placeParameters(network.parameters, optimizer, shards)
  const emit = new Emitter({ batchSize, shards, training: true })
  for (const operator of operators) {
    emit.in(operator.layer)
    operator.forward(emit)
  }
  emit.in('loss')
  const { partials } = emitLoss(emit, value, loss, options.labelSmoothing ?? 0)
  for (const operator of operators.toReversed()) {
    if (!operator.output.needsGradient) continue
    emit.in(operator.layer)
    operator.backward(emit)
  }
  const penalties = emitPenalties(emit, block)
  emit.emit('finishLoss', {
    partials: partials.at(),
    penalties: penalties.storage ? penalties.storage.at() : 0,
    penaltyCount: penalties.count,
  })
  emitUpdate(emit, block, optimizer)
  const tables = fillTables.storages(operators)
  const program = await Program.create(host, emit.operations, {
    batchSize,
    shards,
    persistent: [...block.storages, ...tables],
  })
  fillTables(host, operators)
  return new TrainingProgram(model, program, network, block, options)
}

/** Why the training of `model` cannot be compiled, or nothing. Starts nothing. */
export function trainingRefusal(
  model: LayersModel,
  { loss, fromLogits = false }: Pick<TrainingOptions, 'loss' | 'fromLogits'>,
): Refusal | undefined {
  return refusalOf(() => {
    lossInput(networkOf(model, { training: true, batchSize: 1, shards: 1 }), loss, fromLogits)
  })
}

/** Why `model` cannot be compiled for inference, or nothing. Starts nothing. */
export function inferenceRefusal(model: LayersModel): Refusal | undefined {
  return refusalOf(() => networkOf(model, { training: false, batchSize: 1, shards: 1 }))
}

function refusalOf(attempt: () => unknown): Refusal | undefined {
  try {
    attempt()
    return undefined
  } catch (error) {
    if (!(error instanceof UnsupportedModelError)) throw error
    return { reason: error.reason, ...(error.layer !== undefined && { layer: error.layer }) }
  }
}

/** Fit for "cannot be compiled: …", without a full stop. */
export interface Refusal {
  /** The layer's name, where the reason is a layer. */
  readonly layer?: string
  readonly reason: string
}

/** Where a weight's values lie in memory, packed. */
export interface PackedValues {
  /** Where each element (row-major) lies, in floats. */
  readonly table: Int32Array
  /** Floats of the packed form. */
  readonly size: number
  readonly address: number
}

/** A compiled training run. Its methods are called one at a time. */
export class TrainingProgram {
  readonly batchSize: number
  readonly #program: Program
  readonly #network: NetworkPlan
  readonly #block: ParameterBlock
  readonly #options: TrainingOptions
  /** In `model.weights` order, and those of `model.trainableWeights`. */
  readonly #weights: readonly (Parameter | undefined)[]
  readonly #trained: readonly (Parameter | undefined)[]
  readonly #initial: readonly Float32Array[]
  #data: number[] = []
  #times: ReadonlyMap<Operation, number> | undefined

  constructor(
    model: LayersModel,
    program: Program,
    network: NetworkPlan,
    block: ParameterBlock,
    options: TrainingOptions,
  ) {
    this.#program = program
    this.#network = network
    this.#block = block
    this.#options = options
    this.batchSize = options.batchSize
    const byId = new Map(network.parameters.map((parameter) => [parameter.variable?.id, parameter]))
    this.#weights = model.weights.map(({ id }) => byId.get(id))
    this.#trained = model.trainableWeights.map(({ id }) => byId.get(id))
    this.#initial = model.weights.map((variable) => variable.read().dataSync() as Float32Array)
    program.set({ seed: options.seed })
    this.writeWeights(this.#initial)
    this.writeSlots(this.#initialSlots())
  }

  /** Copies data into the program's memory; what was bound before is freed. */
  bind(data: TrainingData): void {
    this.#unbind()
    const { inputs, targets, weights, count } = data
    const input = this.#upload(inputs)
    const target = this.#upload(targets)
    const weight = weights ? this.#upload(weights) : 0
    this.#data = weights ? [input, target, weight] : [input, target]
    this.#point(inputs instanceof Uint8Array, input, target, weight)
    this.#program.set({ sampleCount: count })
    this.#bound = { input, target, weight, bytes: inputs instanceof Uint8Array, count }
  }

  #bound: { input: number; target: number; weight: number; bytes: boolean; count: number } | undefined

  #point(bytes: boolean, input: number, target: number, weight: number): void {
    const program = this.#program
    for (const name of ['gatherBytes', 'gatherFloats'] as const) {
      for (const operation of program.operations(name)) {
        program.patch(operation, 'source', input)
        program.enable(operation, (name === 'gatherBytes') === bytes)
      }
    }
    for (const name of [
      'sparseCrossEntropy',
      'categoricalCrossEntropy',
      'binaryCrossEntropy',
      'squaredError',
    ] as const) {
      for (const operation of program.operations(name)) {
        program.patch(operation, 'targets', target)
        program.patch(operation, 'weights', weight)
      }
    }
  }

  /** Runs some steps. @throws TreadleError `COMPILER_NO_DATA` before `bind` */
  async run(chunk: TrainingChunk): Promise<TrainingResult> {
    if (!this.#bound) throw new TreadleError('COMPILER_NO_DATA', 'run: no data are bound; call `bind` first.')
    const { firstStep, steps, epoch, order, scalars } = chunk
    const room = [
      order ? this.#upload(order) : 0,
      this.#upload(scalars),
      this.#program.host.allocate(16 * steps),
    ] as const
    try {
      this.#program.set({
        epoch,
        baseStep: firstStep,
        order: room[0],
        scalars: room[1],
        scalarCount: scalars.length / steps,
        results: room[2],
      })
      await this.#program.run(firstStep, firstStep + steps)
      const results = new Float64Array(this.#program.host.memory.buffer, room[2], 2 * steps)
      return {
        losses: Float64Array.from({ length: steps }, (_, i) => results[2 * i] as number),
        metricSums: Float64Array.from({ length: steps }, (_, i) => results[2 * i + 1] as number),
      }
    } finally {
      for (const address of room) if (address) this.#program.host.free(address)
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
  ): Promise<{ loss: number; metricSum: number; gradients: Float32Array[] }> {
    const before = this.#bound
    const kept = this.#data
    this.#data = []
    // The step's rows stand at order[step · batchSize …]; there is data for those alone.
    const firstRow = at.step * this.batchSize
    const order = this.#upload(Uint32Array.from({ length: data.count }, (_, i) => i))
    const scalars = this.#upload(Float32Array.from(at.scalars))
    const results = this.#upload(new Float64Array(2))
    try {
      this.bind(data)
      const drawn = this.#program.operations('drawMask')
      if (at.masks) this.#override(at.masks)
      this.#program.set({
        epoch: at.epoch,
        baseStep: at.step,
        order: order - 4 * firstRow,
        sampleCount: firstRow + data.count,
        scalars,
        scalarCount: at.scalars.length,
        results,
      })
      const weights = this.readWeights()
      await this.#program.run(at.step, at.step + 1)
      for (const operation of drawn) this.#program.enable(operation, true)
      const [loss, metricSum] = new Float64Array(this.#program.host.memory.buffer, results, 2)
      return { loss: loss as number, metricSum: metricSum as number, gradients: this.#gradients(weights) }
    } finally {
      this.#unbind()
      for (const address of [order, scalars, results]) this.#program.host.free(address)
      this.#data = kept
      this.#bound = before
      if (before) {
        this.#point(before.bytes, before.input, before.target, before.weight)
        this.#program.set({ sampleCount: before.count })
      }
    }
  }

  /** Writes masks where they would be drawn. */
  #override(masks: readonly Uint8Array[]): void {
    for (const operation of this.#program.operations('drawMask')) {
      this.#program.enable(operation, false)
    }
    for (const operator of this.#network.operators) {
      if (!(operator instanceof DropoutOperator) || !operator.mask) continue
      const mask = masks[operator.stream]
      if (!mask) continue
      const target = new Int16Array(this.#program.host.memory.buffer, operator.mask.address, mask.length)
      for (let i = 0; i < mask.length; i++) target[i] = mask[i] ? -1 : 0
    }
  }

  /** The gradients the last step left, penalties of `weights` included. */
  #gradients(weights: readonly Float32Array[]): Float32Array[] {
    return this.#trained.map((parameter) => {
      const known = parameter as Parameter
      const values = weights[this.#weights.indexOf(parameter)] as Float32Array
      const gradient = new Float32Array(values.length)
      const parts = known.partial ? this.#shards : 1
      const view = this.#view
      known.table.forEach((position, i) => {
        let sum = 0
        for (let s = 0; s < parts; s++)
          sum = Math.fround(
            sum + view.getFloat32(known.gradient.address + s * known.part + 4 * position, true),
          )
        const w = values[i] as number
        gradient[i] = sum + known.l1 * Math.sign(w) + 2 * known.l2 * w
      })
      return gradient
    })
  }

  get #view(): DataView {
    return new DataView(this.#program.host.memory.buffer)
  }

  get #shards(): number {
    return this.#program.describe().shards
  }

  /** The present weights in `model.weights` order, row-major. */
  readWeights(): Float32Array[] {
    return this.#weights.map((parameter, i) =>
      parameter
        ? this.#read(parameter, parameter.storage.address)
        : (this.#initial[i] as Float32Array).slice(),
    )
  }

  /**
   * Copies the packed weights as they are now. The function it returns unpacks the copy, in `model.weights` order: for
   * weights that may be asked for while the next steps run.
   */
  holdWeights(): () => Float32Array[] {
    const held = new Map(
      this.#block.groups.map(({ weights, bytes }) => [
        weights,
        new Float32Array(this.#program.host.memory.buffer, weights.address, bytes / 4).slice(),
      ]),
    )
    return () =>
      this.#weights.map((parameter, i) => {
        if (!parameter) return (this.#initial[i] as Float32Array).slice()
        const { storage, size } = parameter
        const from = storage.offset / 4
        return unpacked(parameter, (held.get(storage.root) as Float32Array).subarray(from, from + size))
      })
  }

  /**
   * Where the values lie that a weight has in inference, by its variable's id: its average if the optimizer averages
   * weights. For an inference program in the same memory.
   */
  sourceOf(variable: number): PackedValues | undefined {
    const parameter = this.#weights.find((one) => one?.variable?.id === variable)
    if (!parameter) return undefined
    const averaged = parameter.trained && slotNames(this.#options.optimizer).includes(AVERAGE)
    const address = averaged ? this.#slot(parameter, AVERAGE) : parameter.storage.address
    return { table: parameter.table, size: parameter.size, address }
  }

  /** Takes weights over, in `model.weights` order. */
  writeWeights(weights: readonly Float32Array[]): void {
    this.#weights.forEach((parameter, i) => {
      if (parameter) this.#write(parameter, parameter.storage.address, weights[i] as Float32Array)
    })
    fillAffines(
      this.#program.host,
      this.#network.operators.filter((operator) => operator instanceof AffineOperator),
    )
  }

  #initialSlots(): Record<string, Float32Array[]> {
    return Object.fromEntries(
      Object.entries(slotsOf(this.#options.optimizer)).map(([name, value]) => [
        name,
        this.#trained.map((parameter) => new Float32Array((parameter as Parameter).table.length).fill(value)),
      ]),
    )
  }

  /** The optimizer's slots by name, in `model.trainableWeights` order. */
  readSlots(): Record<string, Float32Array[]> {
    return Object.fromEntries(
      slotNames(this.#options.optimizer).map((name) => [
        name,
        this.#trained.map((parameter) =>
          this.#read(parameter as Parameter, this.#slot(parameter as Parameter, name)),
        ),
      ]),
    )
  }

  writeSlots(slots: Readonly<Record<string, readonly Float32Array[]>>): void {
    for (const name of slotNames(this.#options.optimizer)) {
      this.#trained.forEach((parameter, i) => {
        this.#write(
          parameter as Parameter,
          this.#slot(parameter as Parameter, name),
          slots[name]?.[i] as Float32Array,
        )
      })
    }
  }

  #slot(parameter: Parameter, name: string): number {
    const group = this.#block.groups.find(({ parameters }) => parameters.includes(parameter))
    return (group?.slots[name]?.address as number) + parameter.storage.offset
  }

  #read(parameter: Parameter, address: number): Float32Array {
    return unpacked(parameter, new Float32Array(this.#program.host.memory.buffer, address, parameter.size))
  }

  #write({ table, size }: Parameter, address: number, values: Float32Array): void {
    const packed = new Float32Array(this.#program.host.memory.buffer, address, size)
    for (let i = 0; i < table.length; i++) packed[table[i] as number] = values[i] as number
  }

  #upload(values: Uint8Array | Float32Array | Int32Array | Uint32Array | Float64Array): number {
    // Kernels read up to 16 bytes at once.
    const address = this.#program.host.allocate(values.byteLength + 16)
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    new Uint8Array(this.#program.host.memory.buffer, address, values.byteLength).set(bytes)
    return address
  }

  #unbind(): void {
    for (const address of this.#data) this.#program.host.free(address)
    this.#data = []
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
    const { optimizer } = this.#options
    const row = advanceClock(startClock(optimizer), optimizer, 0)
    const scalars = this.#upload(Float32Array.from(Array.from({ length: steps }, () => row).flat()))
    const results = this.#program.host.allocate(16 * steps)
    this.#program.set({ baseStep: from, order: 0, scalars, scalarCount: row.length, results })
    this.#times = this.#program.profile(from, to)
    this.#program.host.free(scalars)
    this.#program.host.free(results)
  }

  /** Frees the program's memory. */
  dispose(): void {
    this.#unbind()
    this.#program.dispose()
  }
}
