import { shardsFor, type PixelPrograms } from '@treadle/kernels'
import { Emitter, type AugmentedInput } from './emitter.ts'
import { emitAugmented } from './operators/input.ts'
import { pointPrograms } from './pixels.ts'
import { Program, threadsOf, type Host } from './program.ts'
import { upload } from './upload.ts'

/** Most images that are made at once. */
const BATCH = 64
/** Operations for each value of an image. */
const WORK = 24

/** Makes images by pixel programs, without a network: the bits of a training program. */
export class ImageProgram {
  readonly #program: Program
  readonly #size: number

  private constructor(program: Program, size: number) {
    this.#program = program
    this.#size = size
  }

  static async create(host: Host, augmented: AugmentedInput): Promise<ImageProgram> {
    const { height, width, channels } = augmented.shape
    const size = height * width * channels
    const shards = shardsFor(WORK * size, BATCH)
    const emit = new Emitter({ batchSize: BATCH, shards, threads: threadsOf(host), training: false })
    const row = 4 * ((size + 3) & ~3)
    const images = emit.buffer('images', BATCH * row)
    emitAugmented(emit, augmented, images, { lines: 1, row })
    emit.emit('scatterRows', { source: images, target: 0, lines: 1, width: size, row })
    const options = { batchSize: BATCH, shards, persistent: [] }
    return new ImageProgram(await Program.create(host, emit.operations, options), size)
  }

  /**
   * @param source bytes of all images that the programs load
   * @returns the images, one for each program, as fround(v / 255): shape [programs, height, width, channels]
   */
  async run(source: Uint8Array, pixels: PixelPrograms): Promise<Float32Array> {
    const { host } = this.#program
    const length = pixels.count * this.#size
    const target = host.allocate(4 * length + 16)
    const from = upload(host, source)
    const release = pointPrograms(this.#program, pixels, { source: from, firstRow: 0 })
    try {
      for (const operation of this.#program.operations('scatterRows'))
        this.#program.patch(operation, 'target', target)
      this.#program.set({ sampleCount: pixels.count })
      await this.#program.run(0, Math.ceil(pixels.count / BATCH), pixels.count)
      return new Float32Array(host.memory.buffer, target, length).slice()
    } finally {
      release()
      host.free(from)
      host.free(target)
    }
  }

  dispose(): void {
    this.#program.dispose()
  }
}
