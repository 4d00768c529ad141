import { type Kind, type Picture, type PictureValues, blank } from './picture.ts'
import { opaque } from './preprocess/opaque.ts'

/** A grey picture that is made of RGB rows while a file is decoded, with the values of `opaque`. */
export class GreyPlane {
  readonly picture: Picture<PictureValues>
  readonly #kind: Kind
  #at = 0

  constructor(width: number, height: number, kind: Kind) {
    this.picture = { width, height, channels: 1, data: blank(kind, width * height) }
    this.#kind = kind
  }

  /** @param rows bytes of the next rows, shape [rows, width, 3] */
  add(rows: Uint8Array): void {
    const { width, data } = this.picture
    const height = rows.length / (3 * width)
    data.set(opaque({ width, height, channels: 3, data: rows }, 1, '#000000', this.#kind).data, this.#at)
    this.#at += width * height
  }
}
