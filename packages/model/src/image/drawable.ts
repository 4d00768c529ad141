import { badImage } from './bad-image.ts'
import { checkPixels, checkSize, type CheckedPixels } from './pixels.ts'

/** Something of the browser that a canvas can draw. */
export interface Drawable {
  readonly image: CanvasImageSource
  /** In pixels. */
  readonly width: number
  readonly height: number
  /** For messages, such as `the canvas`. */
  readonly name: string
}

/**
 * Reads pixels through a canvas, in sRGB: colours of another space are converted. A canvas keeps colours multiplied by
 * alpha, so the colours of nearly transparent pixels are inexact; those of opaque pixels are exact.
 *
 * @throws TreadleError `MODEL_BAD_IMAGE` for what is closed or tainted
 */
export function readDrawable({ image, width, height, name }: Drawable): CheckedPixels {
  checkSize(width, height)
  const context = contextOf(width, height)
  try {
    context.drawImage(image, 0, 0, width, height)
    const { data } = context.getImageData(0, 0, width, height)
    return checkPixels({ data, width, height, channels: 4 })
  } catch (error) {
    throw undrawable(name, error)
  }
}

/** The error for something that a canvas cannot draw or whose pixels may not be read. */
export function undrawable(name: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  if (error.name === 'SecurityError')
    return badImage(
      `${name} is tainted: it shows an image of another origin, whose pixels a page may not read`,
      'Load that image with `crossOrigin` from a server that allows it, or from the own origin',
      error,
    )
  if (error.name !== 'InvalidStateError') return error
  return badImage(`${name} cannot be read (${error.message})`, 'Classify it before it is closed', error)
}

function contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const settings = { colorSpace: 'srgb', willReadFrequently: true } as const
  const canvas =
    typeof OffscreenCanvas === 'function'
      ? new OffscreenCanvas(width, height)
      : Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d', settings) as OffscreenCanvasRenderingContext2D | null
  if (context) return context
  throw badImage(`no canvas of ${width} × ${height} pixels can be created`, 'Make the image smaller')
}
