import type { DecoderBinaries } from '../decoder-binaries.ts'
import type { Picture } from '../picture.ts'

export interface DecodeLimits {
  /** The largest width · height. */
  readonly maxPixels: number
  /** The most bytes that a PNG's rows may inflate to. */
  readonly maxBytes: number
  /** Default: the files beside this package. */
  readonly binaries?: DecoderBinaries | undefined
  /**
   * Called by a decoder that has the upright picture as RGB or RGBA, row by row. What it returns takes the rows in
   * order, which saves the memory of the picture.
   */
  readonly openRows?: ((width: number, height: number, channels: 3 | 4) => ColourRows | undefined) | undefined
}

/** Takes the rows of an RGB or RGBA picture. */
export interface ColourRows {
  /** @param rows bytes of the next rows, shape [rows, width, channels], valid during the call only */
  add(rows: Uint8Array): void
}

/**
 * Decodes a file of one format.
 * @returns undefined if `openRows` took the picture
 * @throws DamagedImage, TooManyPixels or TooManyBytes; the last two before anything is allocated
 */
type Decoder = (bytes: Uint8Array, limits: DecodeLimits) => Picture | undefined | Promise<Picture | undefined>

/** An image format, recognised by how a file of it starts. */
export interface Format {
  readonly name: string
  /** Starts of a file, one character a byte (Latin-1); `?` stands for any byte. */
  readonly signatures: readonly string[]
  /** Loads the decoder. Without it the format is recognised but not read. */
  readonly load?: () => Promise<Decoder>
}
