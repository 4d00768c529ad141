import type { StoredImages } from '@treadle/core'
import { type Channels, resize } from '@treadle/image'
import type { ModelSamples } from '../../data/arrays.ts'
import { inputColumns } from '../../data/rows.ts'
import { storedImages } from '../../data/stored.ts'
import type { ImageSize } from './image-size.ts'

/** Images one after the other, resized one by one, by the mean over the area of each pixel. */
export function imageResizer(
  full: ImageSize & { readonly channels: number },
  { height, width }: ImageSize,
): (images: Uint8Array) => Uint8Array {
  const channels = full.channels as Channels
  const [from, to] = [full.height * full.width * channels, height * width * channels]
  return (images) => {
    const count = images.length / from
    const small = new Uint8Array(count * to)
    for (let i = 0; i < count; i++) {
      const data = images.subarray(i * from, (i + 1) * from)
      small.set(
        resize({ height: full.height, width: full.width, channels, data }, { height, width }).data,
        i * to,
      )
    }
    return small
  }
}

/** Samples whose images are read chunk by chunk, as those of a file are: so they can be augmented and then resized. */
export function readInChunks(samples: ModelSamples): ModelSamples {
  if (storedImages(samples) || samples.kind === 'table') return samples
  const [column] = inputColumns(samples)
  const stored = inMemory(column?.values as Uint8Array, samples.count, column?.size as number)
  return samples.kind === 'images'
    ? { ...samples, images: new Uint8Array(0), stored }
    : { ...samples, inputs: [new Uint8Array(0)], stored }
}

function inMemory(images: Uint8Array, count: number, size: number): StoredImages {
  const gathered = (indices: ArrayLike<number>) => {
    const found = new Uint8Array(indices.length * size)
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i] as number
      found.set(images.subarray(index * size, (index + 1) * size), i * size)
    }
    return found
  }
  return {
    count,
    size,
    memory: Number.POSITIVE_INFINITY,
    read: (from, to) => images.subarray(from * size, to * size),
    gather: async (indices) => gathered(indices),
    select: (indices) => inMemory(gathered(indices), indices.length, size),
  }
}
