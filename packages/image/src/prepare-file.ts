import { type Preprocessing, checkOptions } from '@treadle/core'
import { decodeAs, decodeKinds, type DecodeOptions } from './decode-image.ts'
import { isGrey } from './grey.ts'
import type { Picture, PictureValues } from './picture.ts'
import { borderMean } from './preprocess/border.ts'
import { opaque, opaquePart } from './preprocess/opaque.ts'
import { checkContract, networkInput, preprocess } from './preprocess/preprocess.ts'

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
  const isGreyAnyway = contract.channels === 1 && undecided?.channels !== true
  const grey = isGreyAnyway ? (contract.trainedOn === 'files' ? 'bytes' : 'floats') : undefined
  return preparePicture(await decodeAs(bytes, decoding, grey), { contract, undecided, values })
}

/**
 * Prepares a picture by a contract: opaque, grey or RGB, fitted to a size.
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function preparePicture(
  picture: Picture<PictureValues>,
  { contract, undecided, values = 'bytes' }: PrepareOptions,
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
  const channels = coloured ? 3 : fewest
  const own: Preprocessing = { ...contract, channels, ...(undecided?.size && { width, height }) }
  if (values === 'input') {
    const inBytes = own.trainedOn === 'files' && own.scale === 1 / 255 && own.offset === 0
    const data = inBytes ? preprocess(picture, own).data : networkInput(picture, own)
    return { width, height, coloured, channels, data, border: 0 }
  }
  const sized = preprocess(picture, own)
  const data =
    sized.data instanceof Uint8Array ? sized.data : Uint8Array.from(sized.data, (value) => value + 0.5)
  const means = borderMean({ ...sized, data })
  const border = means.reduce((sum, value) => sum + value, 0) / means.length
  return { width, height, coloured, channels, data, border }
}
