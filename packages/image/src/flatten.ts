import { type Channels, type Picture, checkBytes, checkShape } from './picture.ts'

/**
 * Composites a picture on a background of one grey and drops alpha: value · α + background · (1 − α), with
 * α = alpha / 255, rounded half up. A picture without alpha is returned as it is.
 *
 * @param background 0 (black) to 255 (white)
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function flatten(picture: Picture, background: number): Picture {
  const operation = 'Compositing a picture'
  checkBytes(operation, picture)
  checkShape(operation, 'background', background, 'number')
  const { width, height, channels, data } = picture
  if (channels === 1 || channels === 3) return picture
  const colours = channels - 1
  const opaque = new Uint8Array(width * height * colours)
  for (let from = 0, at = 0; from < data.length; from += channels, at += colours) {
    const opacity = (data[from + colours] as number) / 255
    for (let colour = 0; colour < colours; colour++) {
      const value = data[from + colour] as number
      // The array cuts off the fraction.
      opaque[at + colour] = value * opacity + background * (1 - opacity) + 0.5
    }
  }
  return { width, height, channels: colours as Channels, data: opaque }
}
