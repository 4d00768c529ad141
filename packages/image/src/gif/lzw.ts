import { damaged } from '../errors.ts'

/**
 * Unpacks the LZW codes of a GIF picture (GIF89a, appendix F).
 * @param packed the blocks of codes
 * @param codeBits width of a pixel in bits, 1 to 8
 * @param length number of pixels; codes after them are ignored
 * @returns an index for each pixel
 * @throws DamagedImage if the codes are faulty or end early
 */
export function unpackLzw(packed: readonly Uint8Array[], codeBits: number, length: number): Uint8Array {
  const clear = 1 << codeBits
  const end = clear + 1
  // A code is the string of another code and one more pixel.
  const prefix = new Uint16Array(4096)
  const last = new Uint8Array(4096)
  const lengths = new Uint16Array(4096)
  for (let code = 0; code < clear; code++) {
    last[code] = code
    lengths[code] = 1
  }
  const held = packed.reduce((sum, block) => sum + block.length, 0)
  // A code has at least two bits and stands for at most 4,096 pixels.
  if (length > held * 4 * 4096) throw damaged(`its ${held} bytes of codes cannot hold ${length} pixels`)
  const pixels = new Uint8Array(length)
  let [width, next, previous, at] = [codeBits + 1, end + 1, -1, 0]
  let [bits, buffer] = [0, 0]
  for (const block of packed) {
    for (const byte of block) {
      buffer |= byte << bits
      bits += 8
      while (bits >= width) {
        const code = buffer & ((1 << width) - 1)
        buffer >>>= width
        bits -= width
        if (code === clear) {
          width = codeBits + 1
          next = end + 1
          previous = -1
          continue
        }
        if (code === end) return complete(pixels, at)
        if (code > next || (code === next && previous < 0) || (code >= next && next === 4096))
          throw damaged(`it has the code ${code} before its string is known`)
        if (previous >= 0 && next < 4096) {
          prefix[next] = previous
          lengths[next] = (lengths[previous] as number) + 1
          // The string of the newest code ends as it begins.
          last[next] = first(code === next ? previous : code)
          next++
          if (next === 1 << width && width < 12) width++
        }
        write(code)
        previous = code
        if (at >= length) return pixels
      }
    }
  }
  return complete(pixels, at)

  function first(code: number): number {
    let found = code
    while (found > end) found = prefix[found] as number
    return found
  }

  function write(code: number): void {
    const count = lengths[code] as number
    let to = at + count
    let from = code
    at = to
    for (let i = 0; i < count; i++) {
      to--
      if (to < length) pixels[to] = last[from] as number
      from = prefix[from] as number
    }
  }
}

function complete(pixels: Uint8Array, written: number): Uint8Array {
  if (written < pixels.length) throw damaged(`it holds ${written} of ${pixels.length} pixels`)
  return pixels
}
