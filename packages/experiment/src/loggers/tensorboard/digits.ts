/** The digits, five rows of three pixels each, a row as a number in binary: 7 is ■■■, 5 is ■□■. */
const DIGITS = [
  [7, 5, 5, 5, 7],
  [2, 6, 2, 2, 7],
  [7, 1, 7, 4, 7],
  [7, 1, 7, 1, 7],
  [5, 5, 7, 1, 1],
  [7, 4, 7, 1, 7],
  [7, 4, 7, 5, 7],
  [7, 1, 1, 1, 1],
  [7, 5, 7, 5, 7],
  [7, 5, 7, 1, 7],
] as const

/** Pixels at scale 1. */
export const DIGIT_HEIGHT = 5

/** Pixels that a whole number takes at scale 1: 3 for a digit and 1 between two. */
export const numberWidth = (value: number): number => String(value).length * 4 - 1

/** Calls `paint` for each pixel of a whole number, from (0, 0). */
export function drawNumber(value: number, scale: number, paint: (x: number, y: number) => void): void {
  for (const [place, digit] of Array.from(String(value), Number).entries()) {
    for (const [row, bits] of (DIGITS[digit] ?? []).entries()) {
      for (let i = 0; i < 3 * scale; i++) {
        if (((bits >> (2 - Math.floor(i / scale))) & 1) === 0) continue
        for (let j = 0; j < scale; j++) paint(place * 4 * scale + i, row * scale + j)
      }
    }
  }
}
