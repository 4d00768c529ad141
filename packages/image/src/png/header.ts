import { TooManyPixels, damaged } from '../errors.ts'

/** 0: grey; 2: RGB; 3: palette; 4: grey and alpha; 6: RGBA. */
export type ColourType = 0 | 2 | 3 | 4 | 6

export interface Header {
  readonly width: number
  readonly height: number
  /** Bits of a sample. */
  readonly depth: 1 | 2 | 4 | 8 | 16
  readonly colourType: ColourType
  readonly interlaced: boolean
}

const depths: Readonly<Record<ColourType, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

export const samplesPerPixel: Readonly<Record<ColourType, 1 | 2 | 3 | 4>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/**
 * Reads the contents of an IHDR chunk.
 * @throws DamagedImage, TooManyPixels
 */
export function readHeader(data: Uint8Array, maxPixels: number): Header {
  if (data.length !== 13) throw damaged(`its header has ${data.length} bytes instead of 13`)
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const [width, height] = [view.getUint32(0), view.getUint32(4)]
  const [depth, colourType, compression, filter, interlace] = data.subarray(8) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ]
  if (width === 0 || height === 0) throw damaged(`its header says ${width} × ${height} pixels`)
  if (!depths[colourType as ColourType]?.includes(depth))
    throw damaged(`its header says colour type ${colourType} with ${depth} bits, which PNG does not have`)
  if (compression !== 0 || filter !== 0 || interlace > 1)
    throw damaged('its header names a compression, filter or interlace method that PNG does not have')
  if (width * height > maxPixels) throw new TooManyPixels(width, height)
  return {
    width,
    height,
    depth: depth as Header['depth'],
    colourType: colourType as ColourType,
    interlaced: interlace === 1,
  }
}
