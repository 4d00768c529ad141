import type { DecoderBinaries } from '../decoder-binaries.ts'
import type { Picture } from '../picture.ts'

export interface DecodeLimits {
  /** The largest width · height. */
  readonly maxPixels: number
  /** The most bytes that a PNG's rows may inflate to. */
  readonly maxBytes: number
  /** Default: the files beside this package. */
  readonly binaries?: DecoderBinaries | undefined
}

/**
 * Decodes a file of one format.
 * @throws DamagedImage, TooManyPixels or TooManyBytes; the last two before anything is allocated
 */
type Decoder = (bytes: Uint8Array, limits: DecodeLimits) => Picture | Promise<Picture>

/** An image format, recognised by how a file of it starts. */
export interface Format {
  readonly name: string
  /** Starts of a file, one character a byte (Latin-1); `?` stands for any byte. */
  readonly signatures: readonly string[]
  /** Loads the decoder. Without it the format is recognised but not read. */
  readonly load?: () => Promise<Decoder>
}
