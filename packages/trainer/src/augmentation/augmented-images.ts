import { ImageProgram } from '@treadle/compiler'
import { activeRuntime, kernelHost, type Runtime } from '@treadle/runtime'
import type { Augmenter } from './augmenter.ts'

/** Makes augmented images outside of a training program, to the same bits. */
export class AugmentedImages {
  readonly #program: ImageProgram
  readonly #augmenter: Augmenter
  readonly #release: () => void

  private constructor(program: ImageProgram, augmenter: Augmenter, release: () => void) {
    this.#program = program
    this.#augmenter = augmenter
    this.#release = release
  }

  /** @param runtime whose threads make the images; the active one unless given, or else the calling thread */
  static async create(augmenter: Augmenter, runtime?: Runtime): Promise<AugmentedImages> {
    const host = await kernelHost(runtime ?? activeRuntime())
    const program = await ImageProgram.create(host, augmenter.augmented)
    return new AugmentedImages(program, augmenter, () => void host.dispose())
  }

  /**
   * @param rows indices of images
   * @param images of these rows, in their order
   * @param classes of soft labels
   * @returns pixels as fround(v / 255), shape [rows, height, width, channels], and soft labels, shape [rows, classes]
   */
  async make(
    epoch: number,
    rows: Uint32Array,
    images: Uint8Array,
    classes: number,
  ): Promise<{ images: Float32Array; labels: Float32Array | undefined }> {
    const { source, pixels, labels } = this.#augmenter.ofRows(epoch, rows, images, classes)
    return { images: await this.#program.run(source, pixels), labels }
  }

  /** As `make`, with pixels as bytes. */
  async makeBytes(...args: Parameters<AugmentedImages['make']>) {
    const { images, labels } = await this.make(...args)
    return { images: Uint8Array.from(images, (value) => Math.round(255 * value)), labels }
  }

  dispose(): void {
    this.#program.dispose()
    this.#release()
  }
}
