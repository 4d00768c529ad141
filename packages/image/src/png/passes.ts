import { type Header, samplesPerPixel } from './header.ts'

/** A part of the picture that is stored as a small picture of its own. */
export interface Pass {
  /** The first pixel's place, and the distance from each to the next, in the whole picture. */
  readonly left: number
  readonly top: number
  readonly across: number
  readonly down: number
  /** Pixels in a row of this pass, and its rows. */
  readonly width: number
  readonly height: number
  /** Bytes in a row, without the byte that names its filter. */
  readonly rowBytes: number
}

const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/** The passes that hold pixels: one, or up to seven of an interlaced picture (Adam7). */
export function passesOf(header: Header): Pass[] {
  const layout = header.interlaced ? adam7 : ([[0, 0, 1, 1]] as const)
  return layout
    .map(([left, top, across, down]) => {
      const width = Math.ceil((header.width - left) / across)
      const height = Math.ceil((header.height - top) / down)
      const rowBytes = Math.ceil((width * bitsPerPixel(header)) / 8)
      return { left, top, across, down, width, height, rowBytes }
    })
    .filter(({ width, height }) => width > 0 && height > 0)
}

/** What the zlib stream must inflate to. */
export function bytesOfRows(passes: readonly Pass[]): number {
  return passes.reduce((sum, { height, rowBytes }) => sum + height * (1 + rowBytes), 0)
}

export function bitsPerPixel({ colourType, depth }: Header): number {
  return samplesPerPixel[colourType] * depth
}
