import type { ImageFile } from './image-file.ts'
import { readDrawable, type Drawable } from './drawable.ts'
import { checkPixels, type CheckedPixels, type Pixels } from './pixels.ts'

/** What an input is once it is fetched: the bytes of a file, pixels, or something that a canvas can draw. */
export type Material =
  | { readonly kind: 'file'; readonly file: ImageFile }
  | { readonly kind: 'pixels'; readonly pixels: Pixels }
  | { readonly kind: 'drawable'; readonly drawable: Drawable }

/**
 * The pixels of what is no file.
 * @throws TreadleError `MODEL_BAD_IMAGE`
 */
export function readMaterial(material: Exclude<Material, { kind: 'file' }>): CheckedPixels {
  return material.kind === 'pixels' ? checkPixels(material.pixels) : readDrawable(material.drawable)
}
