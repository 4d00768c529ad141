import { badPicture } from '../picture.ts'

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number]

const named: Readonly<Record<string, string>> = { black: '#000000', white: '#ffffff' }

/**
 * A colour as `#rrggbb`.
 * @param value `black`, `white`, `#rrggbb`, or a grey from 0 to 255
 * @returns undefined if it is none of these
 */
export function colourText(value: unknown): string | undefined {
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || value < 0 || value > 255) return undefined
    return `#${value.toString(16).padStart(2, '0').repeat(3)}`
  }
  if (typeof value !== 'string') return undefined
  const text = named[value.toLowerCase()] ?? value.toLowerCase()
  return /^#[0-9a-f]{6}$/.test(text) ? text : undefined
}

/** @throws TreadleError `IMAGE_BAD_PICTURE` unless `text` is `#rrggbb`, `black` or `white` */
export function colourOf(text: string): Colour {
  const colour = colourText(text)
  if (colour === undefined)
    throw badPicture('Compositing a picture', `\`background\` (=${text}) must be black, white or #rrggbb`)
  const at = (start: number) => Number.parseInt(colour.slice(start, start + 2), 16)
  return [at(1), at(3), at(5)]
}
