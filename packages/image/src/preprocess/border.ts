import { type Channels, type Picture, type PictureValues, blank, checkPicture, kindOf } from '../picture.ts'

/** Values along one edge of a picture: every `step` from `start` to before `end`. */
interface Edge {
  readonly data: PictureValues
  readonly start: number
  readonly end: number
  readonly step: number
}

/**
 * Mean of each channel over the outermost pixels.
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function borderMean(picture: Picture<PictureValues>): number[] {
  checkPicture('Measuring a border', picture)
  const { data, width, height, channels } = picture
  const row = width * channels
  const bottom = (height - 1) * row
  const edges: Edge[] = [{ data, start: 0, end: row, step: channels }]
  if (height > 1) edges.push({ data, start: bottom, end: bottom + row, step: channels })
  edges.push({ data, start: row, end: bottom, step: row })
  if (width > 1) edges.push({ data, start: 2 * row - channels, end: bottom, step: row })
  return meansOf(edges, picture)
}

/** `borderMean` of a picture whose rows arrive one after the other. */
export class Border {
  readonly #size: Omit<Picture, 'data'>
  #top: PictureValues | undefined
  #bottom: PictureValues | undefined
  #left: PictureValues | undefined
  #right: PictureValues | undefined
  #y = 0

  constructor(width: number, height: number, channels: Channels) {
    this.#size = { width, height, channels }
  }

  /** @param rows the next rows of the picture */
  add(rows: PictureValues): void {
    const { width, height, channels } = this.#size
    const row = width * channels
    this.#top ??= rows.slice(0, row)
    const left = (this.#left ??= blank(kindOf(rows), height * channels))
    const right = (this.#right ??= blank(kindOf(rows), height * channels))
    for (let at = 0; at < rows.length; at += row, this.#y++)
      for (let channel = 0; channel < channels; channel++) {
        left[this.#y * channels + channel] = rows[at + channel] as number
        right[this.#y * channels + channel] = rows[at + row - channels + channel] as number
      }
    if (this.#y === height) this.#bottom = rows.slice(-row)
  }

  /** After all rows. */
  means(): number[] {
    const { width, height, channels } = this.#size
    const whole = (data: PictureValues = new Uint8Array()): Edge => ({
      data,
      start: 0,
      end: data.length,
      step: channels,
    })
    const inner = (data: PictureValues | undefined): Edge => ({
      ...whole(data),
      start: channels,
      end: (height - 1) * channels,
    })
    const edges = [whole(this.#top)]
    if (height > 1) edges.push(whole(this.#bottom))
    edges.push(inner(this.#left))
    if (width > 1) edges.push(inner(this.#right))
    return meansOf(edges, this.#size)
  }
}

function meansOf(edges: readonly Edge[], { width, height, channels }: Omit<Picture, 'data'>): number[] {
  const count = width * height - Math.max(0, width - 2) * Math.max(0, height - 2)
  return Array.from({ length: channels }, (_, channel) => {
    let sum = 0
    for (const { data, start, end, step } of edges)
      for (let at = start + channel; at < end; at += step) sum += data[at] as number
    return sum / count
  })
}
