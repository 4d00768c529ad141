// The package has no types of its inner modules.

declare module 'hyparquet-compressors/src/brotli.streams.js' {
  /** What a stream is unpacked to. */
  export class BrotliOutput {
    constructor(buffer: Uint8Array)
    /** Bytes that are written. */
    readonly pos: number
  }
}
