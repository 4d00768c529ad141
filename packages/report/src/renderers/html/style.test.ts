import { expect, test } from 'vitest'
import { reportStyle } from './style.ts'

type Rgb = [number, number, number]
const [lightRules, darkRules] = [...reportStyle.matchAll(/:root\{([^}]*)\}/g)].map(
  (match) => match[1] as string,
) as [string, string]

function color(rules: string, name: string): Rgb {
  const hex = new RegExp(`--${name}:#([0-9a-f]{3,6})(;|$)`).exec(rules)![1]!
  const full =
    hex.length === 3
      ? Array.from(hex)
          .map((digit) => digit + digit)
          .join('')
      : hex
  return [0, 2, 4].map((i) => Number.parseInt(full.slice(i, i + 2), 16)) as Rgb
}

/** WCAG 2's contrast ratio. */
function contrast(one: Rgb, other: Rgb): number {
  const luminance = (rgb: Rgb) => {
    const [red, green, blue] = rgb.map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    ) as Rgb
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [low, high] = [luminance(one), luminance(other)].toSorted((a, b) => a - b) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const mix = (one: Rgb, other: Rgb, share: number) =>
  one.map((value, i) => value * share + other[i]! * (1 - share)) as Rgb

test.each([
  ['light', lightRules, 8],
  ['dark', darkRules, 7],
] as const)('text has a contrast of 4.5 at least: %s', (_, rules, strongFrom) => {
  for (const paper of ['paper', 'card', 'tm-paper'])
    for (const ink of ['ink', 'muted', 'accent', 'good', 'bad', 'tm-ink', 'tm-muted'])
      expect(contrast(color(rules, ink), color(rules, paper)), `${ink} on ${paper}`).toBeGreaterThanOrEqual(
        4.5,
      )
  expect(contrast(color(rules, 'warn-ink'), color(rules, 'warn'))).toBeGreaterThanOrEqual(4.5)
  for (const kind of ['tm-hit', 'tm-miss'])
    for (let step = 1; step <= 10; step++) {
      const cell = mix(color(rules, kind), color(rules, 'card'), step / 10)
      const ink = color(rules, step >= strongFrom ? 'on-strong' : 'on-faint')
      expect(contrast(ink, cell), `${kind} ${step}`).toBeGreaterThanOrEqual(4.5)
    }
})

test('marks in charts have a contrast of 3 at least', () => {
  for (const rules of [lightRules, darkRules])
    for (const mark of [
      'tm-run',
      'tm-baseline',
      'tm-hit',
      'tm-miss',
      ...Array.from({ length: 8 }, (_, i) => `tm-s${i}`),
    ])
      expect(contrast(color(rules, mark), color(rules, 'tm-paper')), mark).toBeGreaterThanOrEqual(3)
})
