import { type LabelledImages, Purpose, RandomStream, permutation } from '@treadle/core'

/** The window of a convolution, in pixels of the image. */
export interface Window {
  readonly height: number
  readonly width: number
  /** Distance of neighbouring rows and columns of the window. */
  readonly dilation: readonly [rows: number, columns: number]
}

/** The most images that patches are taken from. Patches of one image resemble each other; more images cost time. */
const MOST_IMAGES = 2048
/** Images that are read at once. */
const BLOCK = 64

/**
 * Patches at random places of random images: as many of each image, and from at most 2048 images.
 * @param count how many, at least; rounded up to the same number for each image
 * @returns bytes, shape [patches, window height, window width, channels]
 */
export async function samplePatches(
  images: LabelledImages,
  window: Window,
  count: number,
  seed: number,
): Promise<Uint8Array> {
  const { height, width, channels } = images
  const order = permutation(images.count, new RandomStream(seed, Purpose.whitening)).subarray(0, MOST_IMAGES)
  const each = Math.ceil(count / order.length)
  const size = window.height * window.width * channels
  const patches = new Uint8Array(order.length * each * size)
  const stream = new RandomStream(seed, Purpose.whitening, { stream: 1 })
  const [rows, columns] = [height - spanOf(window, 0) + 1, width - spanOf(window, 1) + 1]
  let at = 0
  for (let first = 0; first < order.length; first += BLOCK) {
    const block = await imagesAt(images, order.subarray(first, first + BLOCK))
    for (let start = 0; start < block.length; start += height * width * channels)
      for (let i = 0; i < each; i++, at++) {
        const [top, left] = [stream.below(rows, 2 * at), stream.below(columns, 2 * at + 1)]
        copyPatch(block, start + (top * width + left) * channels, images, window, patches.subarray(at * size))
      }
  }
  return patches
}

/** Rows or columns of the image under a window. */
export function spanOf({ height, width, dilation }: Window, axis: 0 | 1): number {
  return ((axis === 0 ? height : width) - 1) * dilation[axis] + 1
}

async function imagesAt({ images, stored, height, width, channels }: LabelledImages, order: Uint32Array) {
  if (stored) return stored.gather(order)
  const size = height * width * channels
  const found = new Uint8Array(order.length * size)
  order.forEach((index, i) => found.set(images.subarray(index * size, (index + 1) * size), i * size))
  return found
}

function copyPatch(
  bytes: Uint8Array,
  start: number,
  { width, channels }: LabelledImages,
  { height, width: columns, dilation: [down, across] }: Window,
  patch: Uint8Array,
): void {
  let to = 0
  for (let y = 0; y < height; y++)
    for (let x = 0; x < columns; x++) {
      const from = start + (y * down * width + x * across) * channels
      for (let channel = 0; channel < channels; channel++) patch[to++] = bytes[from + channel] as number
    }
}
