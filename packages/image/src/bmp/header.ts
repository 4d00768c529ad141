import { TooManyPixels, damaged } from '../errors.ts'

/** How the pixels of a BMP are coded. */
type BmpCoding = 'plain' | 'rle4' | 'rle8' | 'masks'

export interface BmpHeader {
  readonly width: number
  readonly height: number
  /** The first stored row is the top one. */
  readonly topDown: boolean
  readonly bits: 1 | 4 | 8 | 16 | 24 | 32
  readonly coding: BmpCoding
  /** Bits of red, green, blue and alpha in a pixel of 16 or 32 bits; 0 where there is none. */
  readonly masks: readonly [number, number, number, number]
  /** Colours as blue, green, red, and a fourth byte in all but the oldest header. */
  readonly palette: Uint8Array
  readonly paletteStride: 3 | 4
  /** Where the pixels begin. */
  readonly offset: number
}

const codings: Readonly<Record<number, BmpCoding>> = {
  0: 'plain',
  1: 'rle8',
  2: 'rle4',
  3: 'masks',
  6: 'masks',
}

/** Which depths each coding has. */
const depths: Readonly<Record<BmpCoding, readonly number[]>> = {
  plain: [1, 4, 8, 16, 24, 32],
  rle4: [4],
  rle8: [8],
  masks: [16, 32],
}

/**
 * Reads the file header and the bitmap header: BITMAPCOREHEADER (12 bytes), BITMAPINFOHEADER (40) and its versions 2 to 5
 * (52, 56, 108, 124).
 * @throws DamagedImage, TooManyPixels
 */
export function readBmpHeader(bytes: Uint8Array, maxPixels: number): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 26) throw damaged(`it has ${bytes.length} bytes, less than a header`)
  const offset = view.getUint32(10, true)
  const size = view.getUint32(14, true)
  const core = size === 12
  if (!core && (size < 40 || size > 124))
    throw damaged(`its header has ${size} bytes, which BMP does not have`)
  if (bytes.length < 14 + size) throw damaged('it ends within its header')
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true)
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true)
  const height = Math.abs(signedHeight)
  if (width < 1 || height < 1) throw damaged(`its header says ${width} × ${height} pixels`)
  if (width * height > maxPixels) throw new TooManyPixels(width, height)
  const bits = view.getUint16(core ? 24 : 28, true)
  const compression = core ? 0 : view.getUint32(30, true)
  const coding = codings[compression]
  if (coding === undefined) throw damaged(`its header says compression ${compression}, which is not read`)
  if (!depths[coding].includes(bits))
    throw damaged(`its header says ${bits} bits with compression ${compression}`)
  const masksInHeader = size >= 52
  const masksAfterHeader = coding === 'masks' && !masksInHeader ? (compression === 6 ? 16 : 12) : 0
  const palette = paletteOf(bytes, {
    start: 14 + size + masksAfterHeader,
    stride: core ? 3 : 4,
    colours: bits > 8 ? 0 : (core ? 0 : view.getUint32(46, true)) || 1 << bits,
    bits,
    offset,
  })
  return {
    width,
    height,
    topDown: signedHeight < 0,
    bits: bits as BmpHeader['bits'],
    coding,
    masks: masksOf(view, { bits, coding, alpha: size >= 56 || compression === 6 }),
    palette,
    paletteStride: core ? 3 : 4,
    offset,
  }
}

interface PalettePlace {
  readonly start: number
  readonly stride: number
  readonly colours: number
  readonly bits: number
  readonly offset: number
}

function paletteOf(bytes: Uint8Array, { start, stride, colours, bits, offset }: PalettePlace): Uint8Array {
  if (bits > 8) return new Uint8Array()
  if (colours > 1 << bits) throw damaged(`its palette has ${colours} colours; ${bits} bits name ${1 << bits}`)
  // Some writers state more colours than lie before the pixels.
  const end = Math.min(start + colours * stride, Math.max(offset, start))
  if (end > bytes.length) throw damaged('it ends within its palette')
  return bytes.subarray(start, end - ((end - start) % stride))
}

function masksOf(
  view: DataView,
  { bits, coding, alpha }: { bits: number; coding: BmpCoding; alpha: boolean },
): BmpHeader['masks'] {
  if (coding !== 'masks') return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0]
  const count = alpha ? 4 : 3
  if (view.byteLength < 54 + count * 4) throw damaged('it ends within its masks')
  const masks = [0, 1, 2, 3].map((i) => (i < count ? view.getUint32(54 + i * 4, true) : 0))
  masks.forEach((mask, i) => {
    if (mask === 0 && i < 3) throw damaged('one of its colours has no bits')
    if (!isRunOfBits(mask)) throw damaged(`its mask 0x${mask.toString(16)} has gaps`)
  })
  return masks as unknown as BmpHeader['masks']
}

function isRunOfBits(mask: number): boolean {
  if (mask === 0) return true
  const run = mask >>> (31 - Math.clz32(mask & -mask))
  return ((run + 1) & run) === 0
}
