import type { Preprocessing } from '@treadle/core'
import { GreyPlane } from './grey-plane.ts'
import { isGrey } from './grey.ts'
import type { Picture } from './picture.ts'
import type { PrepareOptions, PreparedFile } from './prepared-file.ts'
import { type Fitted, FittedRows, canFitRows, isLarge } from './preprocess/fitted-rows.ts'
import { type OpaquePart, contrasting, isTransparent, opaque, opaquePart } from './preprocess/opaque.ts'
import { fitted } from './preprocess/preprocess.ts'

export interface FittedFile extends Pick<PreparedFile, 'width' | 'height' | 'coloured'> {
  readonly contract: Preprocessing
  readonly fitted: Fitted
}

/** What only the whole of a transparent file decides. */
export interface DecidedByFile {
  /** In place of `auto`. */
  readonly background?: string
  /** Whether it has no colours on its background, where they decide its channels. */
  readonly isGrey?: boolean
}

type Size = Pick<Picture, 'width' | 'height'>
type RowsSize = Size & { readonly channels: 3 | 4 }

/**
 * The rows of a file with colours, which are fitted, or at least become grey, while they are decoded. Rows with alpha are
 * taken as opaque until one is not; then the file is decoded again if the whole of it decides how.
 */
export class RowsOfFile {
  readonly size: Size
  readonly #options: PrepareOptions
  readonly #channels: 3 | 4
  readonly #rows: FittedRows | GreyPlane
  readonly #decided: DecidedByFile
  readonly #background: string
  /** Undefined where the channels are decided. */
  #coloured: boolean | undefined
  /** Of rows with alpha. */
  #part: OpaquePart = { weighted: 0, weights: 0 }

  /** @returns undefined for files that are prepared as a whole */
  static open(options: PrepareOptions, size: RowsSize, decided: DecidedByFile = {}): RowsOfFile | undefined {
    const { contract, undecided } = options
    const { width, height, channels } = size
    const background =
      decided.background ?? (contract.background === 'auto' ? '#000000' : contract.background)
    const open = (rows: FittedRows | GreyPlane) => new RowsOfFile(options, size, decided, background, rows)
    if (!undecided?.size && canFitRows(contract, width, height)) {
      const asColours = undecided?.channels && !decided.isGrey
      const own = asColours ? ({ ...contract, channels: 3 } as const) : contract
      return open(new FittedRows(own, width, height, background))
    }
    if (contract.channels === 3 || undecided?.channels || (channels === 4 && !isLarge(width, height)))
      return undefined
    return open(new GreyPlane(width, height, contract, background))
  }

  private constructor(
    options: PrepareOptions,
    { width, height, channels }: RowsSize,
    decided: DecidedByFile,
    background: string,
    rows: FittedRows | GreyPlane,
  ) {
    this.size = { width, height }
    this.#options = options
    this.#channels = channels
    this.#decided = decided
    this.#background = background
    this.#rows = rows
    this.#coloured = options.undecided?.channels ? false : undefined
  }

  add(rows: Uint8Array): void {
    const { width } = this.size
    const channels = this.#channels
    const picture: Picture = { width, height: rows.length / (channels * width), channels, data: rows }
    if (channels === 4) this.#part = opaquePart(picture, this.#part)
    if (this.#coloured === false && !this.#decided.isGrey)
      this.#coloured = !isGrey(opaque(picture, 3, this.#background))
    this.#rows.add(rows, channels)
  }

  /**
   * After all rows: what the file leaves open, or decides only as a whole. A grey file that is transparent becomes grey
   * before it is composited, as where the channels are decided.
   */
  get undecided():
    | { readonly waiting: OpaquePart }
    | { readonly waiting?: undefined; readonly decided: DecidedByFile }
    | undefined {
    const { contract, undecided } = this.#options
    const decided = this.#decided
    if (this.#channels === 3 || !isTransparent(this.#part, this.size)) return undefined
    if (undecided?.background) return { waiting: this.#part }
    if (contract.background === 'auto' && decided.background === undefined)
      return { decided: { background: contrasting(this.#part) } }
    return this.#coloured === false && !decided.isGrey ? { decided: { ...decided, isGrey: true } } : undefined
  }

  finish(): FittedFile {
    const { contract, undecided } = this.#options
    const coloured = this.#coloured === true
    const channels = coloured ? 3 : contract.channels
    const own = { ...contract, channels, ...(undecided?.size && this.size) }
    const rows = this.#rows
    const file = rows instanceof GreyPlane ? fitted(rows.picture, own) : rows.finish(channels)
    return { ...this.size, coloured, contract: own, fitted: file }
  }
}
