import type { ClassifierAnalysis } from '../analysis.ts'
import type { ClassifierTest } from '../run-report.ts'
import { type Atlas, atlasCapacity, packAtlas } from './atlas.ts'

/** Images shown behind a cell of the matrix; a page of 24 is what a person looks through. */
const mostPerCell = 24
const mostMistakes = 30

/** A wrongly classified test row. */
interface Mistake {
  readonly row: number
  readonly actual: number
  readonly predicted: number
  /** Of the predicted class. */
  readonly probability: number
}

/** Which test rows a report shows, and their images where there are any. */
export interface Gallery {
  readonly mistakes: readonly Mistake[]
  /** Rows behind a cell, the most confident first. */
  readonly behind: (actual: number, predicted: number) => readonly Mistake[]
  readonly atlas: Atlas | undefined
}

/**
 * Choose the rows to show: the most confident mistakes, then for each cell its most confident rows, as many a cell
 * as the atlas holds for all of them.
 */
export function chooseGallery(test: ClassifierTest, { predictions }: ClassifierAnalysis): Gallery {
  const { labels, probabilities, images } = test
  const classes = test.classNames.length
  const answers = Array.from(labels, (actual, row): Mistake => {
    const predicted = predictions[row] as number
    return { row, actual, predicted, probability: probabilities[row * classes + predicted] as number }
  }).toSorted((a, b) => b.probability - a.probability)
  const mistakes = answers.filter(({ actual, predicted }) => actual !== predicted).slice(0, mostMistakes)
  if (!images) return { mistakes, behind: () => [], atlas: undefined }

  const cells = new Map<number, Mistake[]>()
  for (const answer of answers) {
    const key = answer.actual * classes + answer.predicted
    const cell = cells.get(key)
    if (!cell) cells.set(key, [answer])
    else if (cell.length < mostPerCell) cell.push(answer)
  }
  const room = atlasCapacity(images) - mistakes.length
  const perCell = fitPerCell(
    [...cells.values()].map((cell) => cell.length),
    room,
  )
  // with more cells than room, the fullest get their one image
  const shown = [...cells.values()]
    .toSorted((a, b) => b.length - a.length)
    .flatMap((cell) => cell.slice(0, perCell))
    .slice(0, room)
  const rows = new Set(shown.map(({ row }) => row))
  return {
    mistakes,
    behind: (actual, predicted) =>
      (cells.get(actual * classes + predicted) ?? []).slice(0, perCell).filter(({ row }) => rows.has(row)),
    atlas: packAtlas(
      images,
      [...mistakes, ...shown].map(({ row }) => row),
    ),
  }
}

/** The most images a cell, at least 1, with which all cells stay within `room`. */
function fitPerCell(counts: readonly number[], room: number): number {
  let perCell = mostPerCell
  while (perCell > 1 && counts.reduce((sum, count) => sum + Math.min(perCell, count), 0) > room) perCell--
  return perCell
}
