import { TreadleError } from '@treadle/core'
import type { PixelPrograms } from '@treadle/kernels'
import { pointPrograms } from '../pixels.ts'
import { upload } from '../upload.ts'
import { lossInstructions, lossLayer } from '../loss.ts'
import type { Program } from '../program.ts'
import type { TrainingData } from './options.ts'

const asList = <T extends ArrayBufferView>(values: T | readonly T[]): readonly T[] =>
  ArrayBuffer.isView(values) ? [values] : values

/** Data in the memory of a training program, which reads them after `point`. */
export class BoundData {
  readonly #program: Program
  /** For each input, by the name of its layer. */
  readonly #inputs: ReadonlyMap<
    string,
    { readonly address: number; readonly bytes: boolean; readonly length: number }
  >
  readonly #targets: readonly {
    readonly address: number
    readonly floats: boolean
    readonly length: number
  }[]
  /** 0 where all weights are 1. */
  readonly #weight: number
  readonly count: number

  /** @param inputLayers names of the input layers, in `model.inputs` order */
  constructor(
    program: Program,
    { inputs, targets, weights, count }: TrainingData,
    inputLayers: readonly string[],
  ) {
    this.#program = program
    this.#inputs = new Map(
      asList(inputs).map((values, i) => [
        inputLayers[i] as string,
        { address: upload(program.host, values), bytes: values instanceof Uint8Array, length: values.length },
      ]),
    )
    this.#targets = asList(targets).map((values) => ({
      address: upload(program.host, values),
      floats: values instanceof Float32Array,
      length: values.length,
    }))
    this.#weight = weights ? upload(program.host, weights) : 0
    this.count = count
  }

  /** Makes the instructions of the program read these data. */
  point(): void {
    const program = this.#program
    program.set({ sampleCount: this.count })
    for (const operation of program.operations('gatherAugmented')) program.enable(operation, false)
    for (const name of ['gatherBytes', 'gatherFloats'] as const) {
      for (const operation of program.operations(name)) {
        const input = this.#inputs.get(operation.layer)
        if (!input) continue
        program.patch(operation, 'source', input.address)
        program.enable(operation, (name === 'gatherBytes') === input.bytes)
      }
    }
    const indices = new Map(this.#targets.map((_, i) => [lossLayer(i), i]))
    for (const name of lossInstructions) {
      for (const operation of program.operations(name)) {
        const target = this.#targets[indices.get(operation.layer) as number]
        program.patch(operation, 'targets', target?.address as number)
        program.patch(operation, 'weights', this.#weight)
      }
    }
  }

  /**
   * Makes the images by pixel programs, of which the first is that of row `firstRow`.
   * @returns a function that frees the programs; the instructions then read the data as before
   */
  augment(pixels: PixelPrograms, firstRow: number): () => void {
    const program = this.#program
    const [input] = this.#inputs.values()
    const release = pointPrograms(program, pixels, { source: input?.address as number, firstRow })
    for (const operation of program.operations('gatherBytes')) program.enable(operation, false)
    return () => {
      release()
      this.point()
    }
  }

  /** The targets of the first output, which are floats: a view until the memory grows. Steps read what is written to it. */
  targetFloats(): Float32Array {
    const [target] = this.#targets
    if (!target?.floats)
      throw new TreadleError('COMPILER_NO_DATA', 'targetFloats: the first output has class indices.')
    return new Float32Array(this.#program.host.memory.buffer, target.address, target.length)
  }

  free(): void {
    const addresses = [...this.#inputs.values(), ...this.#targets].map(({ address }) => address)
    for (const address of [...addresses, this.#weight]) if (address) this.#program.host.free(address)
  }
}
