import { damaged } from '../errors.ts'
import type { Channels } from '../picture.ts'
import type { Chunks } from './chunks.ts'
import { type Header, samplesPerPixel } from './header.ts'
import { toByte } from './samples.ts'

/** How the samples of a pixel become the bytes of one. */
export interface PixelConversion {
  readonly channels: Channels
  /** Whether the bytes of a row are those of its pixels, so that nothing needs to be converted. */
  readonly asStored: boolean
  /** Writes a row's pixels to `data`: the first at `at`, each `step` bytes after the one before. */
  readonly convertRow: (samples: Uint16Array, data: Uint8Array, at: number, step: number) => void
}

/** @throws DamagedImage */
export function pixelConversion(header: Header, { palette, transparency }: Chunks): PixelConversion {
  if (header.colourType === 3) return fromPalette(palette, transparency)
  const hasAlpha = header.colourType === 4 || header.colourType === 6
  // A palette beside RGB only suggests colours to a poor display; transparency beside an alpha channel means nothing.
  return transparency === undefined || hasAlpha ? plain(header) : withKey(header, transparency)
}

function plain({ colourType, depth }: Header): PixelConversion {
  const channels = samplesPerPixel[colourType]
  const byteOf = toByte(depth)
  return {
    channels,
    asStored: depth === 8,
    convertRow(samples, data, at, step) {
      for (let from = 0; from < samples.length; from += channels, at += step)
        for (let channel = 0; channel < channels; channel++)
          data[at + channel] = byteOf(samples[from + channel] as number)
    },
  }
}

/** One grey or one colour is transparent. It is compared before 16 bits become 8. */
function withKey(header: Header, transparency: Uint8Array): PixelConversion {
  const colours = samplesPerPixel[header.colourType] as 1 | 3
  if (transparency.length !== 2 * colours)
    throw damaged(`its chunk tRNS has ${transparency.length} bytes instead of ${2 * colours}`)
  const mask = 2 ** header.depth - 1
  const key = Array.from(
    { length: colours },
    (_, i) => (((transparency[2 * i] as number) << 8) | (transparency[2 * i + 1] as number)) & mask,
  )
  const { convertRow } = plain(header)
  return {
    channels: (colours + 1) as 2 | 4,
    asStored: false,
    convertRow(samples, data, at, step) {
      convertRow(samples, data, at, step)
      for (let from = 0; from < samples.length; from += colours, at += step) {
        let equal = 0
        while (equal < colours && samples[from + equal] === key[equal]) equal++
        data[at + colours] = equal === colours ? 0 : 255
      }
    },
  }
}

function fromPalette(palette: Uint8Array | undefined, transparency: Uint8Array | undefined): PixelConversion {
  const length = palette?.length ?? 0
  if (palette === undefined || length === 0 || length % 3 !== 0 || length > 768)
    throw damaged(`its palette has ${length} bytes; 3 for each of 1 to 256 colours are needed`)
  const colours = length / 3
  if (transparency !== undefined && transparency.length > colours)
    throw damaged(`it has ${transparency.length} alpha values for ${colours} palette colours`)
  return {
    channels: transparency === undefined ? 3 : 4,
    asStored: false,
    convertRow(samples, data, at, step) {
      for (let x = 0; x < samples.length; x++, at += step) {
        const index = samples[x] as number
        if (index >= colours) throw damaged(`a pixel has colour ${index} of a palette of ${colours} colours`)
        for (let channel = 0; channel < 3; channel++)
          data[at + channel] = palette[3 * index + channel] as number
        if (transparency !== undefined) data[at + 3] = transparency[index] ?? 255
      }
    },
  }
}
