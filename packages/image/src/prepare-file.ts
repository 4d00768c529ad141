import { type Preprocessing, checkOptions } from '@treadle/core'
import { decodeAs, decodeKinds, type DecodeOptions } from './decode-image.ts'
import { isGrey } from './grey.ts'
import type { Picture, PictureValues } from './picture.ts'
import { borderMean } from './preprocess/border.ts'
import { type OpaquePart, isTransparent, opaque, opaquePart } from './preprocess/opaque.ts'
import { checkContract, fitted, inverted, scaled } from './preprocess/preprocess.ts'
import type { PrepareOptions, PreparedFile } from './prepared-file.ts'
import { type DecidedByFile, type FittedFile, RowsOfFile } from './rows-of-file.ts'

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

/**
 * Decodes an image file and prepares it by a contract: upright, opaque, grey or RGB, fitted to a size.
 * @throws TreadleError what `decodeImage` and `preprocess` throw
 */
export async function prepareFile(bytes: Uint8Array, options: PrepareFileOptions): Promise<PreparedFile> {
  checkPrepareFileOptions('prepareFile', options)
  return prepareOpened(bytes, options)
}

/** @param decided by the whole file, which is decoded again */
async function prepareOpened(
  bytes: Uint8Array,
  options: PrepareFileOptions,
  decided?: DecidedByFile,
): Promise<PreparedFile> {
  const { contract, undecided, values, ...decoding } = options
  const preparing = { contract, undecided, values }
  let rows: RowsOfFile | undefined
  const picture = await decodeAs(bytes, decoding, (width, height, channels) => {
    rows = RowsOfFile.open(preparing, { width, height, channels }, decided)
    return rows
  })
  if (rows === undefined) return preparePicture(picture as Picture, preparing)
  const { undecided: open } = rows
  if (open?.waiting !== undefined) return waitingFile(rows.size, open.waiting, contract)
  return open === undefined ? finished(rows.finish(), values) : prepareOpened(bytes, options, open.decided)
}

const waitingFile = (
  { width, height }: Pick<Picture, 'width' | 'height'>,
  waiting: OpaquePart,
  { channels }: Preprocessing,
): PreparedFile => ({ width, height, waiting, coloured: false, channels, data: new Uint8Array(0), border: 0 })

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
    if (isTransparent(waiting, picture)) return waitingFile(picture, waiting, contract)
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
