import type { Preprocessing } from '@treadle/core'
import { wholeOf } from '../crop.ts'
import type { Picture, PictureValues } from '../picture.ts'
import { Resizer } from '../resize/resizer.ts'
import { Border } from './border.ts'
import { framed, resizingOf } from './fit.ts'
import { opaque } from './opaque.ts'

/** A picture of a contract's size, before it is inverted and scaled. */
export interface Fitted {
  readonly picture: Picture<PictureValues>
  /** `borderMean` of the opaque picture before it was fitted. */
  readonly border: readonly number[]
}

/** Pictures of fewer pixels are prepared as a whole, which needs fewer steps. */
const MANY_PIXELS = 2 ** 16

export const isLarge = (width: number, height: number): boolean => width * height > MANY_PIXELS

/** What a network that was trained on files reads is bytes at every step. */
export const kindOfContract = ({ trainedOn }: Preprocessing) => (trainedOn === 'files' ? 'bytes' : 'floats')

/** Whether `FittedRows` can prepare a picture of this size: a contract that trims needs the whole picture. */
export const canFitRows = (contract: Preprocessing, width: number, height: number): boolean =>
  !contract.trim && isLarge(width, height) && !isReady(contract, width, height)

/** Pictures of the size of arrays that the network was trained on are not fitted. */
export const isReady = ({ trainedOn, ...size }: Preprocessing, width: number, height: number): boolean =>
  trainedOn === 'arrays' && width === size.width && height === size.height

/** Makes a picture opaque and fits it while its rows arrive, so that it is never in memory as a whole. */
export class FittedRows {
  readonly #contract: Preprocessing
  readonly #background: string
  readonly #width: number
  readonly #border: Border
  readonly #resizer: Resizer

  /** @param background a colour, if rows have alpha */
  constructor(contract: Preprocessing, width: number, height: number, background = contract.background) {
    this.#contract = contract
    this.#background = background
    this.#width = width
    this.#border = new Border(width, height, contract.channels)
    const resizing = resizingOf(wholeOf({ width, height }), contract, kindOfContract(contract))
    this.#resizer = new Resizer(width, contract.channels, resizing)
  }

  /** @param rows the next rows of the picture, shape [rows, width, channels] */
  add(rows: PictureValues, channels: Picture['channels']): void {
    const contract = this.#contract
    const width = this.#width
    const strip = { width, height: rows.length / (width * channels), channels, data: rows }
    const { data } = opaque(strip, contract.channels, this.#background, kindOfContract(contract))
    this.#border.add(data)
    this.#resizer.add(data)
  }

  /**
   * After all rows.
   * @param channels 1: of a picture of three equal channels, of which one has the values of the grey
   */
  finish(channels = this.#contract.channels): Fitted {
    const contract = { ...this.#contract, channels }
    const [sized, means] = [this.#resizer.finish(), this.#border.means()]
    const isGrey = channels < sized.channels
    const border = isGrey ? means.slice(0, 1) : means
    const data = isGrey ? sized.data.filter((_, at) => at % 3 === 0) : sized.data
    const picture = framed({ ...sized, channels, data }, border, contract, kindOfContract(contract))
    return { picture, border }
  }
}
