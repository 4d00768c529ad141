import { type Preprocessing, TreadleError } from '@treadle/core'
import type { DecoderBinaries } from '@treadle/image'
import type { DecoderPool } from '@treadle/image/decoders'
import { asBadImage, decodeFile, type ImageFile } from './image-file.ts'
import { type Material, readMaterial } from './material.ts'
import type { CheckedPixels } from './pixels.ts'
import { type Inputs, prepared } from './prepare.ts'

/** An image of more pixels takes over 20 ms. */
const MOST_PIXELS = 2 ** 19
/** A file of more bytes takes long with few pixels too. */
const MOST_BYTES = 2 ** 20

/**
 * Prepares images for a network. A worker decodes and prepares large ones, so that they do not block the calling thread.
 * It starts with the first of them. Where workers are not available, the calling thread does all.
 */
export class Preparer {
  readonly #contract: Preprocessing
  readonly #binaries: DecoderBinaries | undefined
  #pool: DecoderPool | undefined
  #disposed = false

  constructor(contract: Preprocessing, binaries: DecoderBinaries | undefined) {
    this.#contract = contract
    // Those of a classifier also hold the kernels, which are no decoders.
    this.#binaries = binaries && { jpeg: binaries.jpeg, webp: binaries.webp }
  }

  /**
   * Without a promise for pixels that are not many, which saves time.
   * @throws TreadleError `MODEL_BAD_IMAGE`, `IMAGE_DECODER_UNREADABLE`, `MODEL_DISPOSED`
   */
  prepare(material: Material): Inputs | Promise<Inputs> {
    if (material.kind === 'file') return this.#prepareFile(material.file)
    const pixels = readMaterial(material)
    return pixels.width * pixels.height > MOST_PIXELS ? this.#preparePixels(pixels) : this.#here(pixels)
  }

  /** Ends the worker. What it prepares is rejected. Later images are prepared on the calling thread. */
  async dispose(): Promise<void> {
    this.#disposed = true
    const reason = 'Preparing an image: this classifier was disposed. Load it again.'
    await this.#pool?.dispose(new TreadleError('MODEL_DISPOSED', reason))
    this.#pool = undefined
  }

  #here(pixels: CheckedPixels): Inputs {
    return prepared(pixels, this.#contract)
  }

  async #prepareFile(file: ImageFile): Promise<Inputs> {
    const { bytes, name } = file
    const { declaredPixels } = await import('@treadle/image/decoders')
    const pixels = declaredPixels(bytes)
    const large = pixels !== undefined && (pixels > MOST_PIXELS || bytes.length > MOST_BYTES)
    const pool = large ? await this.#worker() : undefined
    if (pool === undefined) return this.#here(await decodeFile(file, this.#binaries))
    try {
      const options = { contract: this.#contract, values: 'input', name, binaries: this.#binaries } as const
      return (await pool.prepare(bytes, options)).data
    } catch (error) {
      throw asBadImage(error)
    }
  }

  async #preparePixels(pixels: CheckedPixels): Promise<Inputs> {
    const pool = await this.#worker()
    if (pool === undefined) return this.#here(pixels)
    return (await pool.preparePicture(pixels, { contract: this.#contract, values: 'input' })).data
  }

  async #worker(): Promise<DecoderPool | undefined> {
    const { DecoderPool } = await import('@treadle/image/decoders')
    if (this.#disposed) return undefined
    return (this.#pool ??= new DecoderPool(1))
  }
}
