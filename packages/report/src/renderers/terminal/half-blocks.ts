import { type Picture, resize, toRgb } from '@treadle/image'
import type { Screen } from './screen.ts'

/** Characters by brightness, for terminals without colour. */
const ramp = ' .:-=+*#%@'

/**
 * A picture in lines of text: with 256 colours two pixels in each character, one above the other; without colour a
 * character for each two pixels.
 *
 * @param width columns, at most those of the picture's own pixels
 */
export function pictureLines({ ink, level, background }: Screen, picture: Picture, width: number): string[] {
  const columns = Math.min(width, picture.width)
  const rows = Math.max(2, 2 * Math.round((columns * picture.height) / picture.width / 2))
  const { data, channels } = resize(toRgb(picture), { width: columns, height: rows })
  const pixel = (x: number, y: number) =>
    [...data.subarray((y * columns + x) * channels, (y * columns + x) * channels + 3)] as [
      number,
      number,
      number,
    ]
  const half = (x: number, y: number) => {
    const [above, below] = [pixel(x, y), pixel(x, y + 1)]
    if (level >= 2) return ink.rgb(...above).bgRgb(...below)('▀')
    const light = (brightness(above) + brightness(below)) / 2
    const shade = Math.min(ramp.length - 1, Math.floor((light / 256) * ramp.length))
    return ramp[background === 'dark' ? shade : ramp.length - 1 - shade] as string
  }
  return Array.from({ length: rows / 2 }, (_, row) =>
    Array.from({ length: columns }, (__, x) => half(x, 2 * row)).join(''),
  )
}

const brightness = ([red, green, blue]: readonly [number, number, number]) =>
  0.299 * red + 0.587 * green + 0.114 * blue
