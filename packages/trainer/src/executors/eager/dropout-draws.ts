import { Purpose, RandomStream, TreadleError, dropoutMask, normalNoise } from '@treadle/core'
import type { AlphaDropoutConfig, DropoutConfig, Graph, LayerNode, NoiseConfig } from '@treadle/keras'

/** Dropout masks and noise of the current step, from the random streams that `Executor` describes. */
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

  /** 1 (kept) or 0 for each of `size` elements. A shared layer has a separate mask for each call. */
  mask(node: LayerNode<DropoutConfig | AlphaDropoutConfig>, size: number): Uint8Array {
    const { layer, config } = node
    const given = this.#given?.[this.#streams.get(layer) as number]
    if (!given) {
      const mask = new Uint8Array(size)
      dropoutMask(this.#stream(node), config.rate, mask)
      return mask
    }
    if (given.length === size) return given
    throw new TreadleError(
      'TRAINER_SHAPE_MISMATCH',
      `layer \`${layer.name}\`: the given mask has ${given.length} elements, but the layer's input has ${size}. Give one value per element.`,
    )
  }

  /** Normal numbers of mean 0 and standard deviation 1. A shared layer has separate ones for each call. */
  noise(node: LayerNode<NoiseConfig>, size: number): Float32Array {
    const noise = new Float32Array(size)
    normalNoise(this.#stream(node), noise)
    return noise
  }

  #stream({ layer, call }: LayerNode): RandomStream {
    const stream = (this.#streams.get(layer) as number) + call * 0x10000
    return new RandomStream(this.#seed, Purpose.dropout, { epoch: this.#epoch, step: this.#step, stream })
  }
}
