import { encodePng } from '@treadle/image'
import { DIGIT_HEIGHT, drawNumber, numberWidth } from './digits.ts'
import type { PngImage } from './messages.ts'

/** The size of a cell is chosen for a picture of this width, in pixels. */
const WIDTH = 640
const MOST_CELL = 64
/** More classes do not fit into a picture that a page shows. */
const MOST_CLASSES = 1000

const WHITE = 255
/** Red, green and blue of a cell that holds all samples of its class. */
const DARKEST = [8, 48, 107]

/**
 * A confusion matrix as a picture: rows are the true classes, columns the predicted ones, and a cell is as dark as its
 * share of the row. Cells that are large enough show their counts. Undefined for more than 1,000 classes.
 * @param matrix counts, of shape [classes, classes]
 */
export function confusionImage(
  matrix: readonly (readonly number[])[],
  classNames: readonly string[],
): PngImage | undefined {
  const classes = matrix.length
  if (classes === 0 || classes > MOST_CLASSES) return undefined
  const cell = Math.max(1, Math.min(MOST_CELL, Math.floor(WIDTH / classes)))
  const size = cell * classes
  const data = new Uint8Array(size * size * 3)
  for (const [row, counts] of matrix.entries()) {
    const total = counts.reduce((sum, count) => sum + count, 0)
    for (const [column, count] of counts.entries()) {
      const paint = (x: number, y: number, colour: readonly number[]) =>
        data.set(colour, ((row * cell + y) * size + column * cell + x) * 3)
      const share = total === 0 ? 0 : count / total
      const colour = DARKEST.map((dark) => Math.round(WHITE + (dark - WHITE) * share))
      for (let y = 0; y < cell; y++) for (let x = 0; x < cell; x++) paint(x, y, colour)
      const scale = Math.min(2, Math.floor((cell - 2) / numberWidth(count)))
      const left = Math.floor((cell - numberWidth(count) * scale) / 2)
      const top = Math.floor((cell - DIGIT_HEIGHT * scale) / 2)
      const ink = share > 0.5 ? [255, 255, 255] : [0, 0, 0]
      if (scale > 0) drawNumber(count, scale, (x, y) => paint(left + x, top + y, ink))
    }
  }
  const names = classNames.map((name, i) => `${i} ${plain(name)}`).join(', ')
  return {
    width: size,
    height: size,
    png: encodePng({ width: size, height: size, channels: 3, data }),
    description: `Test samples: rows are the true classes, columns the predicted ones, in the order ${names}.`,
  }
}

/** Class names come from folders: no Markdown in them. */
const plain = (name: string) => name.replaceAll(/[\\`*_{}[\]()#+!<>|~-]/g, String.raw`\$&`)
