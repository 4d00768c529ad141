import { Purpose, RandomStream, TreadleError, dropoutMask } from '@treadle/core'
import type { DropoutConfig, Graph, LayerNode } from '@treadle/keras'

/** Dropout masks of the current step, from the random streams that `Executor` describes. */
export class DropoutDraws {
  readonly #streams: Graph['dropoutStreams']
  readonly #seed: number
  #epoch = 0
  #step = 0
  #given: readonly Uint8Array[] | undefined

  constructor({ dropoutStreams }: Graph, seed: number) {
    this.#streams = dropoutStreams
    this.#seed = seed
  }

  /** @param masks one for each layer, in place of random masks */
  moveTo(epoch: number, step: number, masks?: readonly Uint8Array[]): void {
    this.#epoch = epoch
    this.#step = step
    this.#given = masks
  }

  /** 0 or fround(1 / (1 − rate)) for each of `size` elements. A shared layer has a separate mask for each call. */
  multipliers({ layer, call, config: { rate } }: LayerNode<DropoutConfig>, size: number): Float32Array {
    const index = this.#streams.get(layer) as number
    const mask = this.#given?.[index] ?? this.#draw(index, call, rate, size)
    if (mask.length !== size) {
      throw new TreadleError(
        'TRAINER_SHAPE_MISMATCH',
        `layer \`${layer.name}\`: the given mask has ${mask.length} elements, but the layer's input has ${size}. Give one value per element.`,
      )
    }
    const kept = rate < 1 ? Math.fround(1 / (1 - rate)) : 0
    const out = new Float32Array(size)
    for (let i = 0; i < size; i++) out[i] = mask[i] ? kept : 0
    return out
  }

  #draw(index: number, call: number, rate: number, size: number): Uint8Array {
    const mask = new Uint8Array(size)
    const stream = index + call * 0x10000
    dropoutMask(
      new RandomStream(this.#seed, Purpose.dropout, { epoch: this.#epoch, step: this.#step, stream }),
      rate,
      mask,
    )
    return mask
  }
}
