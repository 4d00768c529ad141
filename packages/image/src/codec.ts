import { readBinary } from '#platform'
import { TreadleError } from '@treadle/core'
import type { DecoderBinary } from './decoder-binaries.ts'
import { damaged } from './errors.ts'

/** What an Emscripten module of jSquash gives: a function that decodes a file to RGBA, or nothing. */
interface CodecModule {
  decode(bytes: Uint8Array, ...options: boolean[]): DecodedImage | null
}

interface DecodedImage {
  readonly width: number
  readonly height: number
  /** What `pack` returned. */
  readonly data: Uint8Array
}

/**
 * Copies what is needed out of the decoder's memory.
 * @param rgba 4 bytes a pixel, valid during the call
 */
type Pack = (rgba: Uint8Array) => Uint8Array

/** The factory in the JavaScript file of an Emscripten module. */
export type CodecFactory = (overrides: {
  noInitialRun: boolean
  print: (line: string) => void
  printErr: (line: string) => void
  instantiateWasm: (
    imports: WebAssembly.Imports,
    use: (instance: WebAssembly.Instance) => void,
  ) => WebAssembly.Exports
}) => Promise<CodecModule>

/** The binaries that the build copies. */
const packaged = {
  jpeg: () => new URL('../dist/mozjpeg_dec.wasm', import.meta.url),
  webp: () => new URL('../dist/webp_dec.wasm', import.meta.url),
}

/** A function that only this binary exports: its names are short ones of Emscripten. */
const marks = { jpeg: 'A', webp: 's' }

/** A decoder with a memory of its own that never shrinks is replaced after a picture of more pixels than this. */
const pixelsToKeep = 2 ** 22

interface Instance {
  readonly module: CodecModule
  readonly messages: string[]
  readonly result: Result
}

/** A WASM decoder. It is compiled once, and runs in one instance until a file fails or is large. */
export class Codec {
  readonly #name: keyof typeof packaged
  readonly #factory: CodecFactory
  #compiled: Promise<WebAssembly.Module> | undefined
  #instance: Promise<Instance> | undefined

  constructor(name: keyof typeof packaged, factory: CodecFactory) {
    this.#name = name
    this.#factory = factory
  }

  /**
   * @param pixels width · height, as the header promises
   * @param binary where the decoder is loaded from, if it is not loaded yet; default: beside this package
   * @returns the picture as `pack` copies it, and what the decoder printed, such as warnings
   * @throws DamagedImage if the decoder fails, TreadleError `IMAGE_DECODER_UNREADABLE` if its binary cannot be loaded
   */
  async decode(
    bytes: Uint8Array,
    pixels: number,
    binary: DecoderBinary | undefined,
    pack: Pack,
    ...options: boolean[]
  ): Promise<DecodedImage & { messages: readonly string[] }> {
    this.#instance ??= this.#start(binary)
    const opened = this.#instance
    const { module, messages, result } = await opened.catch((error: unknown) => {
      this.#forget(opened)
      throw error
    })
    messages.length = 0
    try {
      const picture = result.during(pack, () => module.decode(bytes, ...options))
      if (picture === null) throw damaged(messages.join('; ') || 'the decoder gives no picture')
      if (pixels > pixelsToKeep) this.#forget(opened)
      const { width, height, data } = picture
      return { width, height, data, messages: [...messages] }
    } catch (error) {
      // An instance that failed may hold memory or a broken state.
      this.#forget(opened)
      throw error instanceof WebAssembly.RuntimeError || !(error instanceof Error)
        ? damaged(messages.join('; ') || 'the decoder failed')
        : error
    }
  }

  #forget(instance: Promise<unknown>): void {
    if (this.#instance === instance) this.#instance = undefined
  }

  async #start(binary: DecoderBinary | undefined): Promise<Instance> {
    const compiled = await (this.#compiled ??= this.#compile(binary))
    const messages: string[] = []
    const say = (line: string) => void messages.push(line)
    const globals = globalThis as { ImageData?: unknown }
    const had = Object.hasOwn(globals, 'ImageData')
    const starting = this.#factory({
      noInitialRun: true,
      print: say,
      printErr: say,
      instantiateWasm: (imports, use) => {
        const instance = new WebAssembly.Instance(compiled, imports)
        use(instance)
        return instance.exports
      },
    })
    // In Node the module defines a global that programs use to recognise a browser.
    if (!had) delete globals.ImageData
    return { module: await starting, messages, result: new Result() }
  }

  async #compile(given: DecoderBinary | undefined): Promise<WebAssembly.Module> {
    const source = given ?? packaged[this.#name]()
    try {
      const compiled = await compile(source)
      const mark = marks[this.#name]
      if (WebAssembly.Module.exports(compiled).some(({ name }) => name === mark)) return compiled
      throw new Error('it is another binary')
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

async function compile(source: DecoderBinary): Promise<WebAssembly.Module> {
  // Also a module of another realm.
  if (Object.prototype.toString.call(source) === '[object WebAssembly.Module]') return source
  const located = typeof source === 'string' || source instanceof URL
  return WebAssembly.compile(
    located ? await readBinary(new URL(source, globalThis.location?.href)) : (source as BufferSource),
  )
}

/**
 * Makes the results of an instance. The decoder copies its memory by the global `Uint8ClampedArray` and makes an `ImageData`,
 * which Node has not. An instance keeps the two that it finds in its first call, so that these stand in their places, for
 * the time of the call.
 */
class Result {
  #pack: Pack = (rgba) => rgba.slice()
  readonly #globals: PropertyDescriptorMap

  constructor() {
    // A constructor of an object of its own.
    const packed = (rgba: Uint8Array) => this.#pack(rgba)
    const Packed = function (this: unknown, rgba: Uint8Array) {
      return packed(rgba)
    }
    this.#globals = { Uint8ClampedArray: global(Packed), ImageData: global(PlainImage) }
  }

  /** Calls the decoder. */
  during<Decoded>(pack: Pack, work: () => Decoded): Decoded {
    this.#pack = pack
    const names = Object.keys(this.#globals)
    const own = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const)
    try {
      Object.defineProperties(globalThis, this.#globals)
      return work()
    } finally {
      for (const [name, descriptor] of own) {
        if (descriptor) Object.defineProperty(globalThis, name, descriptor)
        else Reflect.deleteProperty(globalThis, name)
      }
    }
  }
}

const global = (value: unknown): PropertyDescriptor => ({ value, configurable: true, writable: true })

class PlainImage implements DecodedImage {
  constructor(
    readonly data: Uint8Array,
    readonly width: number,
    readonly height: number,
  ) {}
}
