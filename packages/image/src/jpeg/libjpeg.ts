import { scalarJpegDecoder } from '#platform'
import type { DecoderBinary } from '../decoder-binaries.ts'
import { DecoderModule } from '../decoder-module.ts'
import { damaged } from '../errors.ts'
import type { JpegHeader } from './header.ts'

/** native/jpeg/decoder.c. `file` and the results of `allocate` and `start` are addresses. */
interface Library {
  readonly memory: WebAssembly.Memory
  readonly allocate: (bytes: number) => number
  readonly start: (file: number, bytes: number, lines: number) => number
  readonly width: () => number
  readonly height: () => number
  readonly read: () => number
  readonly end: (file: number) => void
}

/** Lines that leave the memory of the decoder at once: the most that a row of blocks has. */
const LINES = 16
/** The memory of an instance never shrinks: after a file that took more, the instance is dropped. */
const BYTES_TO_KEEP = 2 ** 25

const binaryOfJpeg = new DecoderModule(
  'jpeg',
  (names) => {
    if (!names.has('read')) throw new Error('it is another binary')
    if (scalarJpegDecoder !== undefined && names.has('simd'))
      throw new Error(
        'it holds 128-bit SIMD, which V8 can compile wrongly with --experimental-wasm-revectorize (--wide-simd)',
      )
  },
  scalarJpegDecoder,
)

let kept: Library | undefined

/**
 * Decodes a JPEG by libjpeg-turbo: the accurate inverse DCT, and smooth interpolation of chroma.
 * @param take receives grey, RGB or CMYK rows in order, each valid during the call only
 * @throws DamagedImage, TreadleError `IMAGE_DECODER_UNREADABLE`
 */
export async function decodeLines(
  bytes: Uint8Array,
  { width, height, components }: JpegHeader,
  binary: DecoderBinary | undefined,
  take: (rows: Uint8Array) => void,
): Promise<void> {
  const library = await open(binary)
  // An instance that fails may hold memory or a broken state. A further file meanwhile opens one of its own.
  kept = undefined
  readLines(library, bytes, { width, height, components }, take)
  if (library.memory.buffer.byteLength <= BYTES_TO_KEEP) kept = library
}

async function open(binary: DecoderBinary | undefined): Promise<Library> {
  const module = await binaryOfJpeg.compile(binary)
  if (kept !== undefined) return kept
  const instance: WebAssembly.Instance = new WebAssembly.Instance(module, {
    env: {
      fail(message: number, length: number) {
        const { buffer } = library.memory
        throw damaged(new TextDecoder().decode(new Uint8Array(buffer, message, length)))
      },
    },
  })
  const library = instance.exports as unknown as Library
  return library
}

function readLines(
  library: Library,
  bytes: Uint8Array,
  { width, height, components }: Pick<JpegHeader, 'width' | 'height' | 'components'>,
  take: (rows: Uint8Array) => void,
): void {
  const { memory } = library
  try {
    const file = library.allocate(bytes.length)
    if (file !== 0) new Uint8Array(memory.buffer, file, bytes.length).set(bytes)
    const strip = file && library.start(file, bytes.length, LINES)
    if (strip === 0) throw damaged('the decoder has no memory for it')
    if (library.width() !== width || library.height() !== height)
      throw damaged('its size changes within the file')
    for (let line = 0; line < height;) {
      const count = library.read()
      take(new Uint8Array(memory.buffer, strip, count * width * components))
      line += count
    }
    library.end(file)
  } catch (error) {
    throw error instanceof WebAssembly.RuntimeError ? damaged('the decoder failed') : error
  }
}
