import { TooManyPixels, damaged } from '../errors.ts'

/** The first picture of a GIF: an area of the screen, its colours and its packed pixels. */
export interface GifFrame {
  /** Size of the screen, which is the picture's. */
  readonly width: number
  readonly height: number
  readonly area: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
  readonly interlaced: boolean
  /** Red, green, blue of each colour. */
  readonly palette: Uint8Array
  /** The index that is transparent, or −1. */
  readonly transparent: number
  /** The smallest width of a code less one: 2 to 8 bits. */
  readonly codeBits: number
  readonly packed: readonly Uint8Array[]
}

/**
 * Reads a GIF up to the end of its first picture.
 * @throws DamagedImage, TooManyPixels
 */
export function readFirstFrame(bytes: Uint8Array, maxPixels: number): GifFrame {
  let at = 6
  const byte = () => {
    if (at >= bytes.length) throw damaged('it ends before its first picture is complete')
    return bytes[at++] as number
  }
  const short = () => byte() | (byte() << 8)
  const take = (length: number) => {
    if (at + length > bytes.length) throw damaged('it ends before its first picture is complete')
    at += length
    return bytes.subarray(at - length, at)
  }
  const blocks = () => {
    const found: Uint8Array[] = []
    for (let length = byte(); length > 0; length = byte()) found.push(take(length))
    return found
  }
  const size = (width: number, height: number) => {
    if (width * height > maxPixels) throw new TooManyPixels(width, height)
  }
  let [width, height] = [short(), short()]
  const flags = byte()
  take(2)
  size(width, height)
  const paletteOf = (packed: number) => ((packed & 0x80) === 0 ? undefined : take(3 * (2 << (packed & 7))))
  const shared = paletteOf(flags)
  let transparent = -1
  for (;;) {
    const kind = byte()
    if (kind === 0x21) {
      const label = byte()
      const [control] = blocks()
      if (label === 0xf9 && control !== undefined && control.length >= 4)
        transparent = (control[0] as number) & 1 ? (control[3] as number) : -1
    } else if (kind === 0x2c) {
      const area = { left: short(), top: short(), width: short(), height: short() }
      const local = byte()
      const palette = paletteOf(local) ?? shared
      if (palette === undefined) throw damaged('its first picture has no palette')
      const codeBits = byte()
      if (codeBits < 1 || codeBits > 8) throw damaged(`its codes begin with ${codeBits} bits`)
      // A screen without a size is as large as its first picture, as browsers and Pillow take it.
      width = Math.max(width, area.left + area.width)
      height = Math.max(height, area.top + area.height)
      size(width, height)
      if (area.width === 0 || area.height === 0)
        throw damaged(`its first picture has ${area.width} × ${area.height} pixels`)
      return {
        width,
        height,
        area,
        interlaced: (local & 0x40) !== 0,
        palette,
        transparent,
        codeBits,
        packed: blocks(),
      }
    } else if (kind === 0x3b) {
      throw damaged('it has no picture')
    } else if (kind !== 0) {
      throw damaged(`it has a block of unknown kind 0x${kind.toString(16)}`)
    }
  }
}
