import { ImageProgram } from '@treadle/compiler'
import { type LabelledImages, imageBytes } from '@treadle/core'
import { PixelPrograms, type PixelShape } from '@treadle/kernels'
import { kernelHost, type KernelHost } from '@treadle/runtime'
import type { AugmentedImage, MixedImage } from '../augmentation/definition.ts'
import { Augmenter } from '../augmentation/augmenter.ts'
import type { Augmentation } from '../augmentation/index.ts'
import { resolveAugmentation } from '../augmentation/resolve.ts'

/** Of all tests of a file: an engine reserves few memories. */
let host: Promise<KernelHost> | undefined

/** The bytes of images that pixel programs make of `source`. */
async function made(shape: PixelShape, depth: number, source: Uint8Array, pixels: PixelPrograms) {
  const program = await ImageProgram.create(await (host ??= kernelHost()), { shape, depth })
  try {
    return Uint8Array.from(await program.run(source, pixels), (value) => Math.round(255 * value))
  } finally {
    program.dispose()
  }
}

/** An image of bytes, row-major. */
export interface TestImage extends PixelShape {
  readonly pixels: Uint8Array
}

/** The bytes of an image after operations. */
export async function changed(
  image: TestImage,
  change: (image: AugmentedImage & MixedImage & Pick<PixelPrograms, 'resample'>) => void,
): Promise<Uint8Array> {
  const pixels = new PixelPrograms(image)
  pixels.begin()
  pixels.load(0)
  change(pixels)
  pixels.end()
  return made(image, 1, image.pixels, pixels)
}

/** The images of `rows` (all unless given) as training sees them, and their soft labels of `classes`. */
export async function augmented(
  samples: LabelledImages,
  list: readonly Augmentation[],
  {
    seed = 1,
    epoch = 0,
    rows = Uint32Array.from({ length: samples.count }, (_, i) => i),
    classes = 0,
  }: { seed?: number; epoch?: number; rows?: Uint32Array; classes?: number } = {},
): Promise<{ images: Uint8Array; labels: Float32Array | undefined }> {
  const { steps } = resolveAugmentation(list, samples) ?? { steps: [] }
  const augmenter = new Augmenter(samples, steps, seed)
  const { pixels, labels } = augmenter.ofAll(epoch, rows, classes)
  const source = imageBytes(samples, 0, samples.count)
  return { images: await made(samples, augmenter.augmented.depth, source, pixels), labels }
}
