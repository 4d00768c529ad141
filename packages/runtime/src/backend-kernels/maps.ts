import { borderedBuffer, writePlace, type MapSize, type MapView } from '@treadle/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { KernelProgram } from '../kernel-program.ts'
import type { TreadleBackend } from '../treadle-backend.ts'

/** Channels of a map in the kernels' memory. */
export const padded = (channels: number): number => Math.ceil(channels / 4) * 4

/** The same for a map that only convolutions read: they read one or three channels without padding. */
export const paddedInput = (channels: number): number =>
  channels === 1 || channels === 3 ? channels : padded(channels)

/** The size of a tensor [images, height, width, channels]. */
export function sizeOf({ shape }: Pick<TensorInfo, 'shape'>): MapSize {
  const [, height, width, channels] = shape as [number, number, number, number]
  return { height, width, channels }
}

/** The pixels of a tensor [images, height, width, channels], float32. */
export function mapOf(backend: TreadleBackend, tensor: TensorInfo): MapView {
  const { height, width, channels } = sizeOf(tensor)
  const pixel = 4 * channels
  return { base: backend.address(tensor), image: height * width * pixel, row: width * pixel, pixel }
}

/**
 * Lets `write` write a map into a tensor, through a buffer with padded channels if the tensor's are no multiple of four.
 * @param barrier whether shards write parts of images of others
 */
export function writeThrough(
  backend: TreadleBackend,
  program: KernelProgram,
  out: TensorInfo,
  write: (map: MapView) => void,
  barrier = false,
): void {
  const size = sizeOf(out)
  const target = mapOf(backend, out)
  if (size.channels % 4 === 0) {
    write(target)
    return
  }
  const buffer = borderedBuffer(program, 'padded', { ...size, channels: padded(size.channels) })
  // An allocation may move the heap, but not a tensor.
  write(buffer)
  if (barrier) program.barrier()
  writePlace(program, buffer, target, size)
}

/** A bias of one number for each channel, in whole panels of 16. */
export function biasOf(backend: TreadleBackend, program: KernelProgram, bias: TensorInfo): number {
  const [channels] = bias.shape as [number]
  const length = Math.ceil(channels / 16) * 16
  const address = program.buffer('bias', 4 * length)
  program.floats(address, length).fill(0).set(backend.floats(bias))
  return address
}
