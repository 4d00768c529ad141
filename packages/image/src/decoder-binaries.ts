/** A decoder's WebAssembly binary: its URL, its bytes, or the compiled module. */
export type DecoderBinary = string | URL | BufferSource | WebAssembly.Module

/** The names of `DecoderBinaries`, for `checkOptions`. */
export const decoderBinaries = { jpeg: 'any', webp: 'any' } as const

/** The binaries of the decoders, for programs that have no files beside the package: a worker, a single file. */
export interface DecoderBinaries {
  /** `@treadle/image/jpeg_decoder.wasm` */
  readonly jpeg?: DecoderBinary | undefined
  /** `@treadle/image/webp_dec.wasm` */
  readonly webp?: DecoderBinary | undefined
}
