import { TreadleError } from '@treadle/core'
import { gemmFlags } from '@treadle/kernels'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { Emitter } from './emitter.ts'
import { fillAffines, fillTables } from './fill.ts'
import { foldedWeights, foldNormalizations, type Fold } from './fold.ts'
import { fuse } from './fuse.ts'
import { ActivityOperator } from './operators/activity.ts'
import { AffineOperator, type Weights } from './operators/affine.ts'
import { product } from './layout.ts'
import { headsOf } from './loss.ts'
import { networkOf, assignParents, type NetworkPlan } from './network-of.ts'
import { placeParameters } from './parameter-block.ts'
import { unpacked, type Parameter } from './parameter.ts'
import { Program, threadsOf, type Host, type ProgramDescription } from './program.ts'
import type { Operation } from './schedule.ts'
import { emitScatter, scatterIndex } from './scatter.ts'
import { Storage } from './storage.ts'
import type { TrainingProgram } from './training/training-program.ts'
import type { PackedValues } from './training/weights.ts'

export interface InferenceOptions {
  readonly host: Host
  /** Rows that go through the model together; 64 unless given. The result does not depend on it. */
  readonly batchSize?: number
  /** What is computed: the model's outputs, or what its last softmax or sigmoid takes (its logits). */
  readonly output?: 'outputs' | 'logits'
  /**
   * Whether the program also returns the activity regularization of each sample, shape [1], after the model's outputs: one
   * for each call of a layer that has an activity regularizer.
   */
  readonly activity?: boolean
  /**
   * A training program of the same model on the same host. The inference program reads the weights in its memory and
   * copies only those that BatchNorm is folded into; an optimizer that averages weights provides the averages. Call `refreshWeights` after training steps, and dispose of the
   * inference program first.
   */
  readonly weightsOf?: TrainingProgram
}

/** Bytes, scaled to fround(v / 255), or floats. */
type Inputs = Uint8Array | Float32Array

/** Parts of a batch: enough for eight threads. */
const shardsFor = (batchSize: number): number => Math.min(8, batchSize)

/**
 * Compiles `model` for inference: forward only, without dropout, with normalizations by their moving averages, which are
 * folded into the weights of layers beside them where that is the same function up to rounding. It holds the model's
 * present weights, or shares those of a training program.
 *
 * @throws UnsupportedModelError `COMPILER_UNSUPPORTED_MODEL` naming the layer and the reason
 * @throws TreadleError `COMPILER_BAD_OPTION`
 */
export async function compileInference(
  model: LayersModel,
  options: InferenceOptions,
): Promise<InferenceProgram> {
  const { host, batchSize = 64, output = 'outputs', activity = false, weightsOf } = options
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new TreadleError(
      'COMPILER_BAD_OPTION',
      `compileInference: \`batchSize\` (=${batchSize}) must be an integer of at least 1.`,
    )
  }
  const shards = shardsFor(batchSize)
  const network = networkOf(model, { training: false, activity, batchSize, shards })
  const { values: heads, operators } = headsOf(
    network,
    network.outputs.map(() => output === 'logits'),
  )
  const activities = operators.filter((operator) => operator instanceof ActivityOperator)
  const values = [...heads, ...activities.map((operator) => operator.output)]
  const folds = foldNormalizations(operators)
  fuse(operators, { training: false })
  assignParents(operators)
  const sources = weightsOf ? shareWeights(network.parameters, folds, weightsOf) : undefined
  const own = network.parameters.filter((parameter) => !parameter.hasStorage)
  const block = placeParameters(own)
  const emit = new Emitter({ batchSize, shards, threads: threadsOf(host), training: false })
  for (const operator of operators) {
    emit.in(operator.layer)
    operator.forward(emit)
  }
  for (const [i, value] of values.entries()) emitScatter(emit, value, i)
  const program = await Program.create(host, emit.operations, {
    batchSize,
    shards,
    persistent: [...block.storages, ...fillTables.storages(operators)],
  })
  fillTables(host, operators)
  const shapes = values.map(({ shape }) => shape)
  const inference = new InferenceProgram(model, program, network, folds, shapes, batchSize, sources)
  if (sources) inference.refreshWeights()
  else inference.writeWeights(model.weights.map((variable) => variable.read().dataSync() as Float32Array))
  return inference
}

/**
 * Lets parameters lie where a training program has them, unless a normalization is folded into them or they are packed
 * otherwise.
 * @returns where the training program has the values of each
 */
function shareWeights(
  parameters: readonly Parameter[],
  folds: readonly Fold[],
  training: TrainingProgram,
): ReadonlyMap<Parameter, PackedValues> {
  const folded = new Set(folds.flatMap(({ operator }) => operator.parameters))
  const sources = new Map<Parameter, PackedValues>()
  for (const parameter of parameters) {
    if (!parameter.variable) continue
    const source = training.sourceOf(parameter.variable.id)
    if (!source) {
      throw new TreadleError(
        'COMPILER_BAD_OPTION',
        `compileInference: \`weightsOf\` is the training of another model: it has no weight \`${parameter.name}\`.`,
      )
    }
    sources.set(parameter, source)
    const alike = parameter.table.every((position, i) => position === source.table[i])
    if (folded.has(parameter) || parameter.size !== source.size || !alike) continue
    parameter.storage = Storage.of(parameter.name, 4 * parameter.size, source.address)
  }
  return sources
}

/** A compiled model. Its methods are called one at a time. */
export class InferenceProgram {
  readonly batchSize: number
  /** Of one row of each output, in `model.outputs` order. */
  readonly outputShapes: readonly (readonly number[])[]
  readonly #program: Program
  readonly #network: NetworkPlan
  readonly #folds: readonly Fold[]
  readonly #indices: ReadonlyMap<number | undefined, number>
  /** Where the training program whose weights it shares has the values of each parameter. */
  readonly #sources: ReadonlyMap<Parameter, PackedValues> | undefined
  #times: ReadonlyMap<Operation, number> | undefined
  /** Kept for runs of one batch and less, which a user waits for. */
  #room: Room | undefined
  /** What the instructions name now, and whether they take bytes. */
  #pointed: Room | undefined
  #bytes: readonly boolean[] = []
  /** Rows that the program is set for. */
  #count = -1
  readonly #shards: number
  readonly #inputSizes: readonly number[]

  constructor(
    model: LayersModel,
    program: Program,
    network: NetworkPlan,
    folds: readonly Fold[],
    outputShapes: readonly (readonly number[])[],
    batchSize: number,
    sources?: ReadonlyMap<Parameter, PackedValues>,
  ) {
    this.#program = program
    this.#sources = sources
    this.#shards = shardsFor(batchSize)
    this.#inputSizes = network.inputs.map(({ output }) => product(output.shape))
    this.#network = network
    this.#folds = folds
    this.#indices = new Map(model.weights.map(({ id }, i) => [id, i]))
    this.outputShapes = outputShapes
    this.batchSize = batchSize
  }

  /**
   * Takes weights over, in `model.weights` order, row-major.
   * @throws TreadleError `COMPILER_SHARED_WEIGHTS` if they are those of a training program
   */
  writeWeights(weights: readonly Float32Array[]): void {
    if (this.#sources) {
      throw new TreadleError(
        'COMPILER_SHARED_WEIGHTS',
        'writeWeights: this program was compiled with `weightsOf` and shares the weights of a training program. ' +
          'Write them there, then call `refreshWeights`.',
      )
    }
    const read = ({ variable }: Parameter) => {
      const index = variable && this.#indices.get(variable.id)
      return index === undefined ? undefined : weights[index]
    }
    for (const parameter of this.#network.parameters) this.#write(parameter, read(parameter))
    this.#derive(read)
  }

  /** Takes over what the training program of `weightsOf` has changed. Weights that are shared need no copy. */
  refreshWeights(): void {
    const sources = this.#sources
    if (!sources) return
    const { buffer } = this.#program.host.memory
    const read = (parameter: Parameter) => {
      const source = sources.get(parameter.first)
      return source && unpacked(source, new Float32Array(buffer, source.address, source.size))
    }
    for (const parameter of this.#network.parameters)
      if (!parameter.storage.root.foreign) this.#write(parameter, read(parameter))
    this.#derive(read)
  }

  /**
   * Computes what follows from the weights: folds, scales and shifts, transformed kernels, and whether products may skip
   * zeros.
   */
  #derive(read: Weights): void {
    for (const fold of this.#folds) {
      const { kernel, bias } = foldedWeights(fold, read)
      this.#write(fold.operator.kernel, kernel)
      if (fold.operator.bias) this.#write(fold.operator.bias, bias)
    }
    // 0 · ∞ and 0 · NaN are NaN, which a model that is broken is to answer: then no term is left out.
    const finite = this.#network.parameters.every((parameter) =>
      this.#packed(parameter).every(Number.isFinite),
    )
    for (const operation of this.#program.operations('gemm')) {
      const { flags } = operation.operands
      this.#program.patch(operation, 'flags', finite ? flags : flags & ~gemmFlags.skipZeros)
    }
    const standing = this.#network.operators.filter((operator) => operator instanceof AffineOperator)
    fillAffines(this.#program.host, standing)
    this.#program.runOnce(this.#program.operations('winogradWeights'))
  }

  #packed({ storage, size }: Parameter): Float32Array {
    return new Float32Array(this.#program.host.memory.buffer, storage.address, size)
  }

  #write(parameter: Parameter, values: Float32Array | undefined): void {
    if (!values) return
    const { table } = parameter
    const packed = this.#packed(parameter)
    for (let i = 0; i < table.length; i++) packed[table[i] as number] = values[i] as number
  }

  /**
   * Runs a model with one output.
   * @param inputs bytes, scaled to fround(v / 255), or floats; row-major, shape [count, …input shape]
   * @returns row-major, shape [count, …outputShapes[0]]
   */
  async run(inputs: Inputs, count: number): Promise<Float32Array> {
    const [output] = await this.runAll([inputs], count)
    return output as Float32Array
  }

  /**
   * Runs a model with any number of inputs and outputs.
   * @param inputs in `model.inputs` order, each as for `run`
   * @returns in `model.outputs` order, row-major, shape [count, …outputShapes[i]]
   */
  async runAll(inputs: readonly Inputs[], count: number): Promise<Float32Array[]> {
    const room = this.#bring(inputs, count)
    try {
      const running = this.#program.run(0, Math.ceil(count / this.batchSize), count)
      if (running) await running
      return room.outputs(count)
    } finally {
      this.#release(room)
    }
  }

  /**
   * `run` for few rows, with nothing to wait for.
   * @returns undefined where so many rows are a matter for `run`
   */
  runNow(inputs: Inputs, count: number): Float32Array | undefined {
    if (count > this.batchSize || !this.#program.runsAlone(count)) return undefined
    const room = this.#bring([inputs], count)
    void this.#program.run(0, 1, count)
    return room.outputs(count)[0]
  }

  /** `run` for any number of samples on the calling thread, which is blocked until all are done. */
  runSync(inputs: Inputs, count: number): Float32Array {
    const room = this.#bring([inputs], count)
    try {
      this.#program.runHere(0, Math.ceil(count / this.batchSize))
      return room.outputs(count)[0] as Float32Array
    } finally {
      this.#release(room)
    }
  }

  /**
   * Runs the model on this thread, one instruction at a time, and keeps the median time of each for `describe`.
   * @param inputs as for `runAll`: whole batches, for times that are those of one
   */
  profile(inputs: Inputs | readonly Inputs[], count: number): void {
    const room = this.#bring(ArrayBuffer.isView(inputs) ? [inputs] : inputs, count)
    this.#times = this.#program.profile(0, Math.ceil(count / this.batchSize))
    this.#release(room)
  }

  /** Brings inputs into memory and has the program take them. */
  #bring(inputs: readonly Inputs[], count: number): Room {
    if (inputs.length !== this.#inputSizes.length) {
      throw new TreadleError(
        'COMPILER_BAD_INPUT',
        `run: the model has ${this.#inputSizes.length} inputs, but ${inputs.length} were given. Use \`runAll\` for several.`,
      )
    }
    inputs.forEach((values, i) => {
      const expected = count * (this.#inputSizes[i] as number)
      if (values.length === expected) return
      throw new TreadleError(
        'COMPILER_BAD_INPUT',
        `run: ${count} rows have ${expected} values, but ${values.length} were given.`,
      )
    })
    const room =
      count <= this.batchSize ? (this.#room ??= this.#newRoom(this.batchSize)) : this.#newRoom(count)
    room.take(inputs)
    this.#point(room, inputs)
    if (count !== this.#count) {
      // No row needs another, so a few need not be split, and parts without rows need not be gone through.
      const shards = count < this.#shards && this.#program.runsAlone(count) ? 1 : this.#shards
      this.#program.set({ sampleCount: count, shards })
      this.#count = count
    }
    return room
  }

  #newRoom(count: number): Room {
    return new Room(this.#program.host, this.#inputSizes, this.outputShapes.map(product), count)
  }

  #release(room: Room): void {
    if (room !== this.#room) room.free()
  }

  /** Has the program read and write there. */
  #point(room: Room, inputs: readonly Inputs[]): void {
    const bytes = inputs.map((values) => values instanceof Uint8Array)
    if (room === this.#pointed && bytes.every((one, i) => one === this.#bytes[i])) return
    this.#pointed = room
    this.#bytes = bytes
    const indices = new Map(this.#network.inputs.map(({ layer }, i) => [layer, i]))
    for (const name of ['gatherBytes', 'gatherFloats'] as const) {
      for (const operation of this.#program.operations(name)) {
        const index = indices.get(operation.layer) as number
        this.#program.patch(operation, 'source', room.sources[index] as number)
        this.#program.enable(operation, (name === 'gatherBytes') === bytes[index])
      }
    }
    for (const operation of this.#program.operations('scatterRows'))
      this.#program.patch(operation, 'target', room.targets[scatterIndex(operation)] as number)
  }

  /** The plan: every instruction with its shapes, arithmetic and bytes, and its time after `profile`. */
  describe(): ProgramDescription {
    return this.#program.describe(this.#times)
  }

  /** Frees the program's memory. */
  dispose(): void {
    this.#room?.free()
    this.#room = undefined
    this.#program.dispose()
  }
}

/** Room for inputs, as floats at most, and outputs of `count` rows. Kernels read up to 16 bytes at once. */
class Room {
  readonly sources: readonly number[]
  readonly targets: readonly number[]
  readonly #host: Host
  readonly #inputSizes: readonly number[]
  readonly #outputSizes: readonly number[]
  readonly #count: number
  /**
   * A view takes as long to make as a small layer to run, so they are made anew only where memory has grown: those of
   * shared memory stay good, others then have no length.
   */
  #bytes: readonly Uint8Array[] = []
  #floats: readonly Float32Array[] = []
  #outputs: readonly Float32Array[] = []

  constructor(host: Host, inputSizes: readonly number[], outputSizes: readonly number[], count: number) {
    this.#host = host
    this.#inputSizes = inputSizes
    this.#outputSizes = outputSizes
    this.#count = count
    this.sources = inputSizes.map((size) => host.allocate(4 * count * size + 16))
    this.targets = outputSizes.map((size) => host.allocate(4 * count * size))
  }

  take(inputs: readonly Inputs[]): void {
    this.#look()
    inputs.forEach((values, i) => {
      if (values instanceof Uint8Array) this.#bytes[i]?.set(values)
      else this.#floats[i]?.set(values)
    })
  }

  outputs(count: number): Float32Array[] {
    this.#look()
    return this.#outputs.map((values, i) => values.slice(0, count * (this.#outputSizes[i] as number)))
  }

  #look(): void {
    if ((this.#outputs[0]?.length ?? 0) > 0) return
    const { buffer } = this.#host.memory
    const size = (i: number) => this.#count * (this.#inputSizes[i] as number)
    this.#bytes = this.sources.map((at, i) => new Uint8Array(buffer, at, 4 * size(i)))
    this.#floats = this.sources.map((at, i) => new Float32Array(buffer, at, size(i)))
    this.#outputs = this.targets.map(
      (at, i) => new Float32Array(buffer, at, this.#count * (this.#outputSizes[i] as number)),
    )
  }

  free(): void {
    for (const address of [...this.sources, ...this.targets]) this.#host.free(address)
  }
}
