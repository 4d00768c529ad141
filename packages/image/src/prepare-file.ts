import { type Preprocessing, checkOptions } from '@treadle/core'
import { decodeAs, decodeKinds, type DecodeOptions } from './decode-image.ts'
import { GreyPlane } from './grey-plane.ts'
import { isGrey } from './grey.ts'
import type { Picture, PictureValues } from './picture.ts'
import { borderMean } from './preprocess/border.ts'
import { opaque, opaquePart } from './preprocess/opaque.ts'
import { type Fitted, FittedRows, canFitRows, kindOfContract } from './preprocess/fitted-rows.ts'
import { checkContract, fitted, inverted, scaled } from './preprocess/preprocess.ts'

/** How `preparePicture` prepares a picture. */
export interface PrepareOptions {
  readonly contract: Preprocessing
  /** Parts of the contract that are not decided yet. Default: none. */
  readonly undecided?:
    | {
        /** The picture keeps its own size. */
        readonly size: boolean
        /** A picture with colours becomes RGB; others have the channels of the contract. */
        readonly channels: boolean
        /** A transparent picture is measured, not prepared. */
        readonly background: boolean
      }
    | undefined
  /** `bytes` (default): values 0 to 255 before scaling. `input`: what the network reads; bytes stand for v / 255. */
  readonly values?: 'bytes' | 'input' | undefined
}

/** How `prepareFile` decodes and prepares a file. */
export interface PrepareFileOptions extends PrepareOptions, DecodeOptions {}

/** @throws TreadleError for unknown options, and for values of wrong types */
export function checkPrepareFileOptions(operation: string, options: PrepareFileOptions): void {
  checkOptions(operation, options, {
    ...decodeKinds,
    contract: 'any',
    undecided: { size: 'boolean', channels: 'boolean', background: 'boolean' },
    values: 'string',
  })
  checkContract(options.contract)
}

/** A prepared picture, with what decides the open parts of a contract. */
export interface PreparedFile {
  /** Size of the upright picture before it was fitted. */
  readonly width: number
  readonly height: number
  /** Sums of `opaquePart`, of a transparent picture whose background is undecided. */
  readonly waiting?: { readonly weighted: number; readonly weights: number }
  /** Whether a pixel has a colour; false where the channels are decided. */
  readonly coloured: boolean
  /** Channels of `data`. */
  readonly channels: 1 | 3
  /** Shape [height, width, channels] of the contract; empty while it waits for a background. */
  readonly data: PictureValues
  /** Mean of the outermost values of `data`; 0 for network inputs. */
  readonly border: number
}

/**
 * Decodes an image file and prepares it by a contract: upright, opaque, grey or RGB, fitted to a size.
 * @throws TreadleError what `decodeImage` and `preprocess` throw
 */
export async function prepareFile(bytes: Uint8Array, options: PrepareFileOptions): Promise<PreparedFile> {
  checkPrepareFileOptions('prepareFile', options)
  const { contract, undecided, values, ...decoding } = options
  const preparing = { contract, undecided, values }
  let prepared: (() => PreparedFile) | undefined
  const picture = await decodeAs(bytes, decoding, (width, height) => {
    if (!undecided?.size && canFitRows(contract, width, height)) {
      const rows = new RowsOfFile(contract, width, height, undecided?.channels === true)
      prepared = () => finished(rows.finish(), values)
      return rows
    }
    if (contract.channels === 3 || undecided?.channels) return undefined
    const plane = new GreyPlane(width, height, kindOfContract(contract))
    prepared = () => preparePicture(plane.picture, preparing)
    return plane
  })
  return prepared?.() ?? preparePicture(picture as Picture, preparing)
}

/**
 * Prepares a picture by a contract: opaque, grey or RGB, fitted to a size.
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function preparePicture(
  picture: Picture<PictureValues>,
  { contract, undecided, values }: PrepareOptions,
): PreparedFile {
  const { width, height } = picture
  const transparent = picture.channels === 2 || picture.channels === 4
  const { background, channels: fewest } = contract
  if (transparent && undecided?.background) {
    const waiting = opaquePart(picture)
    return { width, height, waiting, coloured: false, channels: fewest, data: new Uint8Array(0), border: 0 }
  }
  const coloured =
    undecided?.channels === true && !isGrey(transparent ? opaque(picture, 3, background) : picture)
  const own: Preprocessing = {
    ...contract,
    channels: coloured ? 3 : fewest,
    ...(undecided?.size && { width, height }),
  }
  return finished({ width, height, coloured, contract: own, fitted: fitted(picture, own) }, values)
}

interface FittedFile extends Pick<PreparedFile, 'width' | 'height' | 'coloured'> {
  readonly contract: Preprocessing
  readonly fitted: Fitted
}

/** The rows of an RGB file, which are fitted while they are decoded. */
class RowsOfFile {
  readonly #contract: Preprocessing
  readonly #size: { readonly width: number; readonly height: number }
  readonly #rows: FittedRows
  /** Undefined where the channels are decided. */
  #coloured: boolean | undefined

  constructor(contract: Preprocessing, width: number, height: number, undecided: boolean) {
    this.#contract = contract
    this.#size = { width, height }
    this.#coloured = undecided ? false : undefined
    this.#rows = new FittedRows(undecided ? { ...contract, channels: 3 } : contract, width, height)
  }

  add(rows: Uint8Array): void {
    const { width } = this.#size
    if (this.#coloured === false)
      this.#coloured = !isGrey({ width, height: rows.length / (3 * width), channels: 3, data: rows })
    this.#rows.add(rows, 3)
  }

  finish(): FittedFile {
    const contract = this.#contract
    const coloured = this.#coloured === true
    const channels = coloured ? 3 : contract.channels
    const own = { ...contract, channels }
    return { ...this.#size, coloured, contract: own, fitted: this.#rows.finish(channels) }
  }
}

function finished(
  { width, height, coloured, contract, fitted: sized }: FittedFile,
  values: PrepareOptions['values'] = 'bytes',
): PreparedFile {
  const { channels, trainedOn, scale, offset } = contract
  if (values === 'input') {
    const inBytes = trainedOn === 'files' && scale === 1 / 255 && offset === 0
    const data = inBytes ? inverted(sized, contract).data : scaled(sized, contract)
    return { width, height, coloured, channels, data, border: 0 }
  }
  const picture = inverted(sized, contract)
  const data =
    picture.data instanceof Uint8Array ? picture.data : Uint8Array.from(picture.data, (value) => value + 0.5)
  const means = borderMean({ ...picture, data })
  const border = means.reduce((sum, value) => sum + value, 0) / means.length
  return { width, height, coloured, channels, data, border }
}
