import { encodePng } from '@treadle/image'
import type { SamplesFigure } from '../../figures.ts'
import { pictureOf } from '../../sample-images.ts'
import { toBase64 } from '../base64.ts'
import { Markup, markup } from '../markup.ts'
import { type Drawing, shortName } from './drawing.ts'

const side = 48
const gap = 3
const left = 132
const top = 36
const across = 10

/** A row of images for each class, with its name before it. */
export function drawSamples({ title, classNames, images }: SamplesFigure): Drawing {
  const labels = [...new Set(images.labels)]
  const height = Math.min(2 * side, (side * images.height) / images.width)
  const rows = labels.map((label, row) => {
    const samples = [...images.labels.keys()].filter((sample) => images.labels[sample] === label)
    const y = top + row * (height + gap)
    const name = classNames[label] as string
    const drawn = samples.map(
      (sample, i) =>
        markup`<image x="${left + i * (side + gap)}" y="${y}" width="${side}" height="${height}" image-rendering="pixelated" href="data:image/png;base64,${new Markup(toBase64(encodePng(pictureOf(images, sample))))}"/>`,
    )
    return markup`<g><title>${name}</title><text x="${left - 10}" y="${y + height / 2 + 4}" text-anchor="end">${shortName(name, 17)}</text>${drawn}</g>`
  })
  return {
    width: left + across * (side + gap) + 8,
    height: top + labels.length * (height + gap) + 6,
    body: markup`<text class="tm-strong" x="8" y="20">${title}</text>${rows}`,
  }
}
