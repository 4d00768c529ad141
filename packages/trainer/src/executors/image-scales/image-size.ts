/** Height and width of images in pixels. */
export interface ImageSize {
  readonly height: number
  readonly width: number
}

/** Height and width at a fraction of the full size, each at least 1. */
export function scaledSize({ height, width }: ImageSize, scale: number): ImageSize {
  const side = (full: number) => Math.max(1, Math.round(full * scale))
  return { height: side(height), width: side(width) }
}
