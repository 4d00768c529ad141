import type { Block } from '../../blocks.ts'
import type { ReportDocument } from '../../document.ts'
import type { Answers, MatrixFigure } from '../../figures.ts'
import { type Atlas, atlasCapacity, packAtlas } from '../atlas.ts'

/** Images behind one cell of the matrix: as many as a person looks through. */
const mostPerCell = 24

/** The images of a report: those of its galleries, and those behind the cells of its confusion matrix. */
export interface Thumbnails {
  readonly atlas: Atlas | undefined
  /** Test samples behind a cell of the matrix that have an image, the most confident first. */
  readonly behind: (actual: number, predicted: number) => readonly number[]
}

/** Chooses the images: all of the galleries, then as many for each cell of the matrix as the atlas can hold. */
export function chooseThumbnails({ sections, images }: ReportDocument): Thumbnails {
  if (!images) return { atlas: undefined, behind: () => [] }
  const blocks = sections.flatMap((section): readonly Block[] => section.blocks)
  const inGalleries = blocks.flatMap((block) =>
    block.kind === 'gallery' ? block.items.map(({ sample }) => sample) : [],
  )
  const matrix = blocks.find((block): block is MatrixFigure => block.kind === 'matrix')
  const classes = matrix?.classNames.length ?? 0
  const cells = matrix?.answers ? samplesByCell(matrix.answers, classes) : new Map<number, number[]>()
  const room = atlasCapacity(images) - inGalleries.length
  const perCell = fitPerCell(
    [...cells.values()].map((cell) => cell.length),
    room,
  )
  // with more cells than room, the fullest get their one image
  const behindCells = [...cells.values()]
    .toSorted((a, b) => b.length - a.length)
    .flatMap((cell) => cell.slice(0, perCell))
    .slice(0, room)
  const shown = new Set(behindCells)
  return {
    atlas: packAtlas(images, [...inGalleries, ...behindCells]),
    behind: (actual, predicted) =>
      (cells.get(actual * classes + predicted) ?? []).slice(0, perCell).filter((sample) => shown.has(sample)),
  }
}

/** The most confident samples of each cell, by actual × classes + predicted. */
function samplesByCell({ labels, predicted, confidence }: Answers, classes: number): Map<number, number[]> {
  const cells = new Map<number, number[]>()
  const ranked = [...labels.keys()].toSorted((a, b) => (confidence[b] as number) - (confidence[a] as number))
  for (const sample of ranked) {
    const key = (labels[sample] as number) * classes + (predicted[sample] as number)
    const cell = cells.get(key)
    if (!cell) cells.set(key, [sample])
    else if (cell.length < mostPerCell) cell.push(sample)
  }
  return cells
}

/** The most images for each cell, at least 1, with which all cells stay within `room`. */
function fitPerCell(counts: readonly number[], room: number): number {
  let perCell = mostPerCell
  while (perCell > 1 && counts.reduce((sum, count) => sum + Math.min(perCell, count), 0) > room) perCell--
  return perCell
}
