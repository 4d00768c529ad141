import type { DecoderBinaries } from '../decoder-binaries.ts'
import type { Kind, Picture, PictureValues } from '../picture.ts'

export interface DecodeLimits {
  /** The largest width · height. */
  readonly maxPixels: number
  /** The most bytes that a PNG's rows may inflate to. */
  readonly maxBytes: number
  /** Default: the files beside this package. */
  readonly binaries?: DecoderBinaries | undefined
  /**
   * The picture will be grey, with these values: a decoder may give that at once where it has RGB without alpha, row by row,
   * which saves the memory of the colours. The values are those of `opaque`.
   */
  readonly grey?: Kind | undefined
}

/**
 * Decodes a file of one format.
 * @throws DamagedImage, TooManyPixels or TooManyBytes; the last two before anything is allocated
 */
type Decoder = (bytes: Uint8Array, limits: DecodeLimits) => Picture | Promise<Picture<PictureValues>>

/** An image format, recognised by how a file of it starts. */
export interface Format {
  readonly name: string
  /** Starts of a file, one character a byte (Latin-1); `?` stands for any byte. */
  readonly signatures: readonly string[]
  /** Loads the decoder. Without it the format is recognised but not read. */
  readonly load?: () => Promise<Decoder>
}
