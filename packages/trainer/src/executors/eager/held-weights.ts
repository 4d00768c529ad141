import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel, LayerVariable } from '@tensorflow/tfjs-layers'
import {
  type FlatParameters,
  type Optimizer,
  type PlainUpdate,
  type StepScalars,
  initialSlots,
  plainUpdate,
  slotNames,
} from '@treadle/optim'
import type { ExecutorState } from '../executor.ts'

/**
 * A model's weights and an optimizer's slots as float32 arrays in JavaScript. The model's variables are copies of them.
 * Trainable weights are contiguous, so one loop updates all of them (18,170 weights take about 0.1 ms, less than three
 * kernels).
 */
export class HeldWeights {
  readonly #variables: readonly LayerVariable[]
  readonly #trainable: readonly LayerVariable[]
  readonly #slotNames: readonly string[]
  readonly #parameters: FlatParameters
  /** In `model.weights` order: views of `#parameters` for trainable weights, separate arrays for the others. */
  readonly #weights: readonly Float32Array[]
  readonly #update: PlainUpdate
  /** In `model.trainableWeights` order, as views of `#parameters`. */
  readonly trainable: readonly Float32Array[]
  readonly gradients: readonly Float32Array[]

  /** Starts with the values of the model's variables and the initial slots of the optimizer. */
  constructor(model: LayersModel, optimizer: Optimizer) {
    this.#variables = model.weights
    this.#trainable = model.trainableWeights
    this.#slotNames = slotNames(optimizer)
    const offsets = [0]
    for (const variable of this.#trainable) offsets.push((offsets.at(-1) as number) + variable.read().size)
    const size = offsets.at(-1) as number
    const weights = new Float32Array(size)
    for (const [i, variable] of this.#trainable.entries())
      weights.set(variable.read().dataSync<'float32'>(), offsets[i])
    this.#parameters = {
      weights,
      gradients: new Float32Array(size),
      slots: initialSlots(optimizer, weights),
      offsets,
    }
    this.#update = plainUpdate(
      optimizer,
      this.#trainable.map((variable) => ({ name: variable.originalName, shape: variable.read().shape })),
    )
    this.gradients = this.#views(this.#parameters.gradients)
    this.trainable = this.#views(this.#parameters.weights)
    this.#weights = this.#variables.map((variable) => {
      const values = variable.read().dataSync<'float32'>()
      const own = this.trainable[this.#trainable.indexOf(variable)] ?? new Float32Array(values.length)
      own.set(values)
      return own
    })
  }

  /** The array of one of `model.weights`, not a copy. */
  of(variable: LayerVariable): Float32Array {
    return this.#weights[this.#variables.indexOf(variable)] as Float32Array
  }

  /** Updates the trainable weights from `gradients`, which are overwritten, and assigns the model's variables. */
  step(scalars: StepScalars): void {
    this.#update(this.#parameters, scalars)
    this.#trainable.forEach((variable, i) => {
      assign(variable, this.trainable[i] as Float32Array)
      constrain(variable, this.trainable[i] as Float32Array)
    })
  }

  load({ weights, slots }: ExecutorState): void {
    this.#weights.forEach((own, i) => own.set(weights[i] as Float32Array))
    for (const name of this.#slotNames)
      this.#slots(name).forEach((own, i) => own.set(slots[name]?.[i] as Float32Array))
  }

  save(): ExecutorState {
    return {
      weights: copies(this.#weights),
      slots: Object.fromEntries(this.#slotNames.map((name) => [name, copies(this.#slots(name))])),
    }
  }

  /** Assigns weights to the model's variables; the default is the current weights. */
  push(weights: readonly Float32Array[] = this.#weights): void {
    this.#variables.forEach((variable, i) => assign(variable, weights[i] as Float32Array))
  }

  #slots(name: string): Float32Array[] {
    return this.#views(this.#parameters.slots[name] as Float32Array)
  }

  /** One view of `flat` for each trainable weight. */
  #views(flat: Float32Array): Float32Array[] {
    const { offsets } = this.#parameters
    return this.#trainable.map((_, i) => flat.subarray(offsets[i], offsets[i + 1]))
  }
}

function copies(arrays: readonly Float32Array[]): Float32Array[] {
  return arrays.map((array) => array.slice())
}

/** Copies `values` into a variable. Does not use `write`, which would apply the constraint a second time. */
function assign(variable: LayerVariable, values: Float32Array): void {
  tf.tidy(() => {
    ;(variable.read() as tf.Variable).assign(tf.tensor(values.slice(), variable.shape as number[]))
  })
}

/** Applies the constraint of a variable, if any, as Keras does after each update, and copies the result to `values`. */
function constrain(variable: LayerVariable, values: Float32Array): void {
  const { constraint } = variable as unknown as { constraint?: { apply(w: tf.Tensor): tf.Tensor } | null }
  if (!constraint) return
  tf.tidy(() => {
    ;(variable.read() as tf.Variable).assign(constraint.apply(variable.read()))
  })
  values.set(variable.read().dataSync<'float32'>())
}
