import cliTruncate from 'cli-truncate'
import type { SamplesFigure } from '../../figures.ts'
import { pictureOf } from '../../sample-images.ts'
import { pictureLines } from './half-blocks.ts'
import { type Screen, clean } from './screen.ts'

/** Columns of one image: fewer with many classes, so that the sheet stays short. */
const columnsFor = (classes: number): number => (classes <= 12 ? 14 : 8)

/** For each class its name and a row of images, as many as fit. */
export function samplesText(target: Screen, { title, classNames, images }: SamplesFigure): string {
  const labels = [...new Set(images.labels)]
  const width = Math.min(columnsFor(labels.length), images.width)
  const across = Math.max(1, Math.floor((target.width + 1) / (width + 1)))
  const rows = labels.map((label) => {
    const samples = [...images.labels.keys()].filter((sample) => images.labels[sample] === label)
    const drawn = samples
      .slice(0, across)
      .map((sample) => pictureLines(target, pictureOf(images, sample), width))
    const lines = (drawn[0] ?? []).map((_, row) =>
      drawn
        .map((each) => each[row])
        .join(' ')
        .trimEnd(),
    )
    return [cliTruncate(clean(classNames[label] as string), target.width), ...lines].join('\n')
  })
  return [target.ink.bold(title), ...rows].join('\n')
}
