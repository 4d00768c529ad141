import { AVERAGE, initialSlots, slotNames, type Optimizer } from '@treadle/optim'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { fillAffines } from '../fill.ts'
import type { NetworkPlan } from '../network-of.ts'
import { AffineOperator } from '../operators/affine.ts'
import { unpacked, type Parameter } from '../parameter.ts'
import type { Program } from '../program.ts'
import type { ParameterBlock } from '../parameter-block.ts'

/** Where a weight's values lie in memory, packed. */
export interface PackedValues {
  /** Where each element (row-major) lies, in floats. */
  readonly table: Int32Array
  /** Floats of the packed form. */
  readonly size: number
  readonly address: number
}

/** Weights, slots and gradients of a training program: packed in its memory, row-major outside. */
export class TrainingWeights {
  readonly #program: Program
  readonly #network: NetworkPlan
  readonly #block: ParameterBlock
  readonly #optimizer: Optimizer
  /** In `model.weights` order, and those of `model.trainableWeights`. */
  readonly #weights: readonly (Parameter | undefined)[]
  readonly #trained: readonly (Parameter | undefined)[]
  readonly #initial: readonly Float32Array[]

  /** Begins with the weights of `model` and the optimizer's initial slots. */
  constructor(
    model: LayersModel,
    program: Program,
    network: NetworkPlan,
    block: ParameterBlock,
    optimizer: Optimizer,
  ) {
    this.#program = program
    this.#network = network
    this.#block = block
    this.#optimizer = optimizer
    const byId = new Map(network.parameters.map((parameter) => [parameter.variable?.id, parameter]))
    this.#weights = model.weights.map(({ id }) => byId.get(id))
    this.#trained = model.trainableWeights.map(({ id }) => byId.get(id))
    this.#initial = model.weights.map((variable) => variable.read().dataSync() as Float32Array)
    this.write(this.#initial)
    this.writeSlots(this.#initialSlots())
  }

  /** The present weights in `model.weights` order, row-major. */
  read(): Float32Array[] {
    return this.#weights.map((parameter, i) =>
      parameter
        ? this.#unpack(parameter, parameter.storage.address)
        : (this.#initial[i] as Float32Array).slice(),
    )
  }

  /**
   * Copies the packed weights as they are now. The function it returns unpacks the copy, in `model.weights` order: for
   * weights that may be asked for while the next steps run.
   */
  hold(): () => Float32Array[] {
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
    const averaged = parameter.trained && slotNames(this.#optimizer).includes(AVERAGE)
    const address = averaged ? this.#slot(parameter, AVERAGE) : parameter.storage.address
    return { table: parameter.table, size: parameter.size, address }
  }

  /** Takes weights over, in `model.weights` order. */
  write(weights: readonly Float32Array[]): void {
    this.#weights.forEach((parameter, i) => {
      if (parameter) this.#pack(parameter, parameter.storage.address, weights[i] as Float32Array)
    })
    fillAffines(
      this.#program.host,
      this.#network.operators.filter((operator) => operator instanceof AffineOperator),
    )
  }

  #initialSlots(): Record<string, Float32Array[]> {
    const slots = this.#trained.map((parameter) =>
      initialSlots(this.#optimizer, this.#initial[this.#weights.indexOf(parameter)] as Float32Array),
    )
    return Object.fromEntries(
      slotNames(this.#optimizer).map((name) => [name, slots.map((own) => own[name] as Float32Array)]),
    )
  }

  /** The optimizer's slots by name, in `model.trainableWeights` order. */
  readSlots(): Record<string, Float32Array[]> {
    return Object.fromEntries(
      slotNames(this.#optimizer).map((name) => [
        name,
        this.#trained.map((parameter) =>
          this.#unpack(parameter as Parameter, this.#slot(parameter as Parameter, name)),
        ),
      ]),
    )
  }

  writeSlots(slots: Readonly<Record<string, readonly Float32Array[]>>): void {
    for (const name of slotNames(this.#optimizer)) {
      this.#trained.forEach((parameter, i) => {
        this.#pack(
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

  #unpack(parameter: Parameter, address: number): Float32Array {
    return unpacked(parameter, new Float32Array(this.#program.host.memory.buffer, address, parameter.size))
  }

  #pack({ table, size }: Parameter, address: number, values: Float32Array): void {
    const packed = new Float32Array(this.#program.host.memory.buffer, address, size)
    for (let i = 0; i < table.length; i++) packed[table[i] as number] = values[i] as number
  }

  /**
   * The gradients of the last step in `model.trainableWeights` order, those of the regularization included.
   * @param weights what the step began with, in `model.weights` order
   */
  readGradients(weights: readonly Float32Array[]): Float32Array[] {
    return this.#trained.map((parameter) => {
      const known = parameter as Parameter
      const values = weights[this.#weights.indexOf(parameter)] as Float32Array
      const gradient = new Float32Array(values.length)
      const view = new DataView(this.#program.host.memory.buffer)
      known.table.forEach((position, i) => {
        let sum = 0
        for (let s = 0; s < known.gradientParts; s++)
          sum = Math.fround(
            sum + view.getFloat32(known.gradient.address + s * known.part + 4 * position, true),
          )
        const w = values[i] as number
        gradient[i] = sum + known.l1 * Math.sign(w) + 2 * known.l2 * w
      })
      return gradient
    })
  }
}
