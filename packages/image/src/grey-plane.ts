import type { Preprocessing } from '@treadle/core'
import { type Kind, type Picture, type PictureValues, blank } from './picture.ts'
import { kindOfContract } from './preprocess/fitted-rows.ts'
import { opaque } from './preprocess/opaque.ts'

/** A grey picture that is made of rows with colours while a file is decoded, with the values of `opaque`. */
export class GreyPlane {
  readonly picture: Picture<PictureValues>
  readonly #kind: Kind
  readonly #background: string
  #at = 0

  /** @param background a colour, for rows with alpha */
  constructor(width: number, height: number, contract: Preprocessing, background: string) {
    this.#kind = kindOfContract(contract)
    this.#background = background
    this.picture = { width, height, channels: 1, data: blank(this.#kind, width * height) }
  }

  /** @param rows bytes of the next rows, shape [rows, width, channels] */
  add(rows: Uint8Array, channels: 3 | 4): void {
    const { width, data } = this.picture
    const height = rows.length / (channels * width)
    data.set(opaque({ width, height, channels, data: rows }, 1, this.#background, this.#kind).data, this.#at)
    this.#at += width * height
  }
}
