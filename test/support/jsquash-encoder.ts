import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

/** An Emscripten module of jSquash that encodes RGBA. */
interface Encoder {
  encode(rgba: Uint8ClampedArray, width: number, height: number, options: object): Uint8Array
}

/** `data`: 3 bytes a pixel. */
interface RgbPicture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/**
 * Starts an encoder of jSquash.
 * @param binary what `from`, the address of the module that depends on jSquash, resolves to the WASM file
 */
export async function jsquashEncoder(
  factory: (overrides: object) => Promise<Encoder>,
  binary: string,
  from: string,
): Promise<(picture: RgbPicture, options: object) => Uint8Array> {
  const compiled = await WebAssembly.compile(await readFile(createRequire(from).resolve(binary)))
  const globals = globalThis as { ImageData?: unknown }
  const had = Object.hasOwn(globals, 'ImageData')
  const started = factory({
    noInitialRun: true,
    printErr: () => {},
    instantiateWasm: (imports: WebAssembly.Imports, use: (instance: WebAssembly.Instance) => void) => {
      const instance = new WebAssembly.Instance(compiled, imports)
      use(instance)
      return instance.exports
    },
  })
  if (!had) delete globals.ImageData
  const encoder = await started
  return ({ width, height, data }, options) => {
    const rgba = new Uint8ClampedArray(width * height * 4).fill(255)
    for (let pixel = 0; pixel < width * height; pixel++)
      rgba.set(data.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel)
    return new Uint8Array(encoder.encode(rgba, width, height, options))
  }
}
