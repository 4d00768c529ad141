import type { Screen } from './screen.ts'

type Rgb = readonly [number, number, number]
const paper = { dark: [28, 31, 36], light: [246, 245, 242] } as const satisfies Record<string, Rgb>
const hues = {
  hit: { dark: [46, 134, 222], light: [37, 99, 190] },
  miss: { dark: [226, 88, 34], light: [217, 72, 15] },
} as const satisfies Record<string, Record<string, Rgb>>

/**
 * Colours a cell of the confusion matrix by its share of the row: correct counts in one hue, mistakes in another. The
 * shade of mistakes grows with the root of the share, so that a confusion in 5 % of the samples is visible.
 */
export function paintShare(
  { ink, level, background }: Screen,
  kind: 'hit' | 'miss',
  share: number,
): (text: string) => string {
  if (level === 0) return (text) => text
  if (share === 0) return (text) => ink.dim(text)
  if (level === 1) {
    if (kind === 'hit')
      return (text) => (share >= 0.7 ? ink.bgBlue.whiteBright.bold(text) : ink.blueBright.bold(text))
    if (share >= 0.1) return (text) => ink.bgRed.whiteBright(text)
    return (text) => (share >= 0.02 ? ink.redBright(text) : ink.dim(text))
  }
  const strength = kind === 'hit' ? 0.25 + 0.75 * share : Math.min(1, Math.sqrt(share / 0.3))
  const from = paper[background]
  const to = hues[kind][background]
  const [red, green, blue] = from.map((base, i) =>
    Math.round(base + ((to[i] as number) - base) * strength),
  ) as [number, number, number]
  // relative luminance decides between black and white text
  const dark = 0.2126 * red + 0.7152 * green + 0.0722 * blue < 140
  return (text) => {
    const painted = ink.bgRgb(red, green, blue)
    return dark ? painted.whiteBright(text) : painted.black(text)
  }
}
