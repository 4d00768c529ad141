import type { DecoderBinaries } from '@treadle/image'
import { decodeFile, type ImageFile } from './image-file.ts'
import { readDrawable, type Drawable } from './drawable.ts'
import { checkPixels, type CheckedPixels, type Pixels } from './pixels.ts'

/** What an input is once it is fetched: the bytes of a file, pixels, or something that a canvas can draw. */
export type Material =
  | { readonly kind: 'file'; readonly file: ImageFile }
  | { readonly kind: 'pixels'; readonly pixels: Pixels }
  | { readonly kind: 'drawable'; readonly drawable: Drawable }

/**
 * The pixels; without a promise unless a file is decoded.
 * @throws TreadleError `MODEL_BAD_IMAGE`, `IMAGE_DECODER_UNREADABLE`
 */
export function readMaterial(
  material: Material,
  binaries?: DecoderBinaries,
): CheckedPixels | Promise<CheckedPixels> {
  if (material.kind === 'file') return decodeFile(material.file, binaries)
  return material.kind === 'pixels' ? checkPixels(material.pixels) : readDrawable(material.drawable)
}
