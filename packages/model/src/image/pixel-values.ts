import type { PlatformType } from './platform-type.ts'

/** Values of pixels: any typed array of numbers. */
export type PixelValues =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | PlatformType<'Float16Array' | 'Float64Array'>
