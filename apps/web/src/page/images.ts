import type { LabelledImages } from '@treadle/core'
import { element } from './dom.ts'

/** Draws one image of a data set. */
function drawRow(context: CanvasRenderingContext2D, images: LabelledImages, row: number, x = 0, y = 0): void {
  const { height, width, channels } = images
  const pixels = new ImageData(width, height)
  const { data } = pixels
  let from = row * height * width * channels
  // One channel is drawn as grey.
  const [green, blue] = channels >= 3 ? [1, 2] : [0, 0]
  for (let to = 0; to < data.length; to += 4, from += channels) {
    data[to] = images.images[from] as number
    data[to + 1] = images.images[from + green] as number
    data[to + 2] = images.images[from + blue] as number
    data[to + 3] = 255
  }
  context.putImageData(pixels, x, y)
}

export function thumbnail(images: LabelledImages, row: number, label: string): HTMLCanvasElement {
  const canvas = element('canvas', {
    width: String(images.width),
    height: String(images.height),
    role: 'img',
    'aria-label': label,
  })
  drawRow(contextOf(canvas), images, row)
  return canvas
}

export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('this browser cannot draw on a canvas')
  return context
}

/** Fills a strip with test images, the classes in turn. */
export function drawStrip(canvas: HTMLCanvasElement, images: LabelledImages, classes: number): void {
  const [across, down] = [15, 5]
  const picked = pickByClass(images.labels, classes, across * down)
  // A small set fills the strip several times.
  const rows = Array.from({ length: across * down }, (_, i) => picked[i % picked.length] ?? 0)
  canvas.width = across * images.width
  canvas.height = down * images.height
  const context = contextOf(canvas)
  context.fillRect(0, 0, canvas.width, canvas.height)
  rows.forEach((row, i) => {
    drawRow(context, images, row, (i % across) * images.width, Math.floor(i / across) * images.height)
  })
}

function pickByClass(labels: Int32Array, classes: number, wanted: number): number[] {
  const byClass = Array.from({ length: classes }, () => [] as number[])
  labels.forEach((label, row) => byClass[label]?.push(row))
  const picked: number[] = []
  for (let turn = 0; picked.length < wanted && turn < labels.length; turn++)
    for (const rows of byClass) {
      const row = rows[turn]
      if (row !== undefined && picked.length < wanted) picked.push(row)
    }
  return picked
}

/**
 * Draws signed values, shape [height, width, channels]. One channel: positive values blue, negative ones orange, zero
 * black. Three: the weights of red, green and blue, zero grey.
 */
export function drawSigned(
  canvas: HTMLCanvasElement,
  values: Float32Array,
  { width, height, channels = 1 }: { width: number; height: number; channels?: 1 | 3 },
  scale: number,
): void {
  canvas.width = width
  canvas.height = height
  const pixels = new ImageData(width, height)
  const share = (i: number) => Math.max(-1, Math.min(1, (values[i] as number) / scale))
  for (let i = 0; i < width * height; i++) {
    const colour =
      channels === 3
        ? [0, 1, 2].map((channel) => 128 + 127 * share(3 * i + channel))
        : (share(i) >= 0 ? [46, 104, 230] : [236, 110, 40]).map(
            (full) => 18 + (full - 18) * Math.abs(share(i)),
          )
    pixels.data.set([...colour, 255], i * 4)
  }
  contextOf(canvas).putImageData(pixels, 0, 0)
}
