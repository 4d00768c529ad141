import webp from '@jsquash/webp/codec/dec/webp_dec.js'
import type { DecoderBinary } from '../decoder-binaries.ts'
import { DecoderModule } from '../decoder-module.ts'
import { damaged } from '../errors.ts'

/** What the Emscripten module gives: a function that decodes a file to RGBA, or nothing. */
interface CodecModule {
  decode(bytes: Uint8Array): DecodedImage | null
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

/** The factory in the JavaScript file of the Emscripten module. */
type CodecFactory = (overrides: {
  noInitialRun: boolean
  print: (line: string) => void
  printErr: (line: string) => void
  instantiateWasm: (
    imports: WebAssembly.Imports,
    use: (instance: WebAssembly.Instance) => void,
  ) => WebAssembly.Exports
}) => Promise<CodecModule>

interface Instance {
  readonly module: CodecModule
  readonly messages: string[]
  readonly result: Result
}

/** The memory of an instance never shrinks: after a picture of more pixels than this, the instance is dropped. */
const PIXELS_TO_KEEP = 2 ** 22

// Only this binary exports the name, a short one of Emscripten.
const binaryOfWebp = new DecoderModule('webp', (names) => {
  if (!names.has('s')) throw new Error('it is another binary')
})

const factory: CodecFactory = webp

let kept: Promise<Instance> | undefined

/**
 * Decodes a still WebP by libwebp.
 * @param pixels width · height, as the header promises
 * @throws DamagedImage if the decoder fails, TreadleError `IMAGE_DECODER_UNREADABLE`
 */
export async function decodeStill(
  bytes: Uint8Array,
  pixels: number,
  binary: DecoderBinary | undefined,
  pack: Pack,
): Promise<DecodedImage> {
  const opened = (kept ??= start(binary))
  const forget = () => {
    if (kept === opened) kept = undefined
  }
  const { module, messages, result } = await opened.catch((error: unknown) => {
    forget()
    throw error
  })
  messages.length = 0
  try {
    const picture = result.during(pack, () => module.decode(bytes))
    if (picture === null) throw damaged(messages.join('; ') || 'the decoder gives no picture')
    if (pixels > PIXELS_TO_KEEP) forget()
    const { width, height, data } = picture
    return { width, height, data }
  } catch (error) {
    // An instance that failed may hold memory or a broken state.
    forget()
    throw error instanceof WebAssembly.RuntimeError || !(error instanceof Error)
      ? damaged(messages.join('; ') || 'the decoder failed')
      : error
  }
}

async function start(binary: DecoderBinary | undefined): Promise<Instance> {
  const compiled = await binaryOfWebp.compile(binary)
  const messages: string[] = []
  const say = (line: string) => void messages.push(line)
  const globals = globalThis as { ImageData?: unknown }
  const had = Object.hasOwn(globals, 'ImageData')
  const starting = factory({
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
