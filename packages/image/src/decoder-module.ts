import { readBinary } from '#platform'
import { TreadleError } from '@treadle/core'
import type { DecoderBinaries, DecoderBinary } from './decoder-binaries.ts'

/** The binaries that the build copies. */
const packaged = {
  jpeg: () => new URL('../dist/jpeg_decoder.wasm', import.meta.url),
  webp: () => new URL('../dist/webp_dec.wasm', import.meta.url),
}

/** A decoder's binary, which is compiled once. */
export class DecoderModule {
  readonly #name: keyof DecoderBinaries
  readonly #check: (names: ReadonlySet<string>) => void
  readonly #packaged: () => URL
  #compiled: Promise<WebAssembly.Module> | undefined

  /**
   * @param check throws an Error with a clause as its message, unless these are the names of the decoder's exports
   * @param file where the binary is unless a program gives one
   */
  constructor(
    name: keyof DecoderBinaries,
    check: (names: ReadonlySet<string>) => void,
    file: () => URL = packaged[name],
  ) {
    this.#name = name
    this.#check = check
    this.#packaged = file
  }

  /**
   * @param given the binary, if none is compiled yet
   * @throws TreadleError `IMAGE_DECODER_UNREADABLE`; the next call tries again
   */
  compile(given: DecoderBinary | undefined): Promise<WebAssembly.Module> {
    return (this.#compiled ??= this.#load(given ?? this.#packaged()))
  }

  async #load(source: DecoderBinary): Promise<WebAssembly.Module> {
    try {
      const module = await compiled(source)
      this.#check(new Set(WebAssembly.Module.exports(module).map(({ name }) => name)))
      return module
    } catch (error) {
      this.#compiled = undefined
      throw new TreadleError(
        'IMAGE_DECODER_UNREADABLE',
        `Loading the ${this.#name.toUpperCase()} decoder: ${(error as Error).message}. ` +
          `Copy the .wasm files of @treadle/image/dist beside the bundle, or pass \`decodeImage(…, { binaries: { ${this.#name} } })\` or \`Classifier.load(…, { binaries: { ${this.#name} } })\`.`,
        { cause: error },
      )
    }
  }
}

async function compiled(source: DecoderBinary): Promise<WebAssembly.Module> {
  // Also a module of another realm.
  if (Object.prototype.toString.call(source) === '[object WebAssembly.Module]') return source
  const located = typeof source === 'string' || source instanceof URL
  return WebAssembly.compile(
    located ? await readBinary(new URL(source, globalThis.location?.href)) : (source as BufferSource),
  )
}
