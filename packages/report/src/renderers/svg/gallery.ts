import type { LabelledImages } from '@treadle/core'
import type { GalleryFigure } from '../../figures.ts'
import { packAtlas } from '../atlas.ts'
import { markup } from '../markup.ts'
import { type Drawing, shortName } from './drawing.ts'

const across = 6
const cell = { width: 118, height: 158 }
const side = 100

/** The images in a grid, six in a row, with title and note below each; without images the words alone. */
export function drawGallery({ items }: GalleryFigure, images: LabelledImages | undefined): Drawing {
  const atlas =
    images &&
    packAtlas(
      images,
      items.map(({ sample }) => sample),
    )
  const height = images ? cell.height : cell.height - side
  const drawn = items.map(({ sample, title, note }, i) => {
    const left = 12 + (i % across) * cell.width
    const top = 12 + Math.floor(i / across) * height
    const below = top + height - cell.height + side
    const [first = '', second = ''] = twoLines(note)
    return markup`<g><title>${`${title}, ${note}, test sample ${sample}`}</title>${atlas?.cutOut(sample, { x: left, y: top, side })}<text class="tm-strong" x="${left}" y="${below + 14}" font-size="11">${shortName(title, 17)}</text><text class="tm-quiet" x="${left}" y="${below + 28}" font-size="10">${shortName(first, 21)}</text><text class="tm-quiet" x="${left}" y="${below + 41}" font-size="10">${shortName(second, 21)}</text></g>`
  })
  return {
    width: 12 + across * cell.width,
    height: 12 + Math.ceil(items.length / across) * height,
    body: markup`${atlas?.source}${drawn}`,
  }
}

/** The words in two lines, the first of at most 21 characters. */
function twoLines(text: string): string[] {
  const words = text.split(' ')
  let taken = 1
  while (taken < words.length && words.slice(0, taken + 1).join(' ').length <= 21) taken++
  return [words.slice(0, taken).join(' '), words.slice(taken).join(' ')]
}
