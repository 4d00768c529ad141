import { compressors } from 'hyparquet-compressors'
import { BrotliOutput } from 'hyparquet-compressors/src/brotli.streams.js'
import { wrongSize } from './wrong-size.ts'

/**
 * hyparquet-compressors' Brotli, which makes its output as large as the blocks of a stream claim, here within the stated size.
 * @returns the bytes of the stream, at most `size`
 * @throws Error if they are more
 */
export function brotli(packed: Uint8Array, size: number): Uint8Array {
  const outputs: BrotliOutput[] = []
  let room: Uint8Array | undefined
  // While a page is unpacked, which nothing interrupts.
  Object.defineProperty(BrotliOutput.prototype, 'buffer', {
    configurable: true,
    get: () => room,
    set(this: BrotliOutput, buffer: Uint8Array) {
      if (buffer.length > size) throw wrongSize(size)
      outputs.push(this)
      room = buffer
    },
  })
  try {
    const page = (compressors.BROTLI as (packed: Uint8Array, size: number) => Uint8Array)(packed, size)
    return page.subarray(0, outputs[0]?.pos)
  } finally {
    Reflect.deleteProperty(BrotliOutput.prototype, 'buffer')
  }
}
