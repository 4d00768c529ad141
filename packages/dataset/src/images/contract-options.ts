import { type Preprocessing, TreadleError, show } from '@treadle/core'
import { colourText } from '@treadle/image'

/** What is decided about the preparation of images; what is not given is inferred from the training images. */
export interface ContractOptions {
  /** Side of the square that every image is fitted to, or height and width. Default: the size that all images have. */
  readonly size?: number | { readonly height: number; readonly width: number } | undefined
  /** 1 grey, 3 RGB. Default: RGB if any image has a colour. */
  readonly channels?: 1 | 3 | undefined
  /**
   * `crop` (default) cuts out the centre; `pad` keeps the whole image and pads with `background`, or if that is not given
   * with the mean colour of the image's border; `stretch` changes the proportions.
   */
  readonly fit?: 'crop' | 'pad' | 'stretch' | undefined
  /** Resampling: `bilinear` (default), antialiased, as Pillow's, or `area`. */
  readonly filter?: 'bilinear' | 'area' | undefined
  /**
   * What is behind transparent pixels: `black`, `white`, `#rrggbb` or a grey from 0 to 255. Default: white for images that
   * are dark on average, else black.
   */
  readonly background?: string | number | undefined
  /** Inverts brightness. Default false. */
  readonly invert?: boolean | undefined
  /** Removes margins of one colour before the image is fitted. Default false. */
  readonly trim?: boolean | undefined
}

export const contractOptionNames = [
  'size',
  'channels',
  'fit',
  'filter',
  'background',
  'invert',
  'trim',
] as const satisfies readonly (keyof ContractOptions)[]

/** The given parts of a contract. */
export interface ContractParts {
  readonly size: { readonly height: number; readonly width: number } | undefined
  readonly channels: 1 | 3 | undefined
  /** `#rrggbb` */
  readonly background: string | undefined
  readonly rest: Pick<
    Preprocessing,
    'fit' | 'filter' | 'invert' | 'trim' | 'margin' | 'scale' | 'offset' | 'trainedOn'
  >
}

const isSide = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 8192

/** @throws TreadleError `DATASET_BAD_OPTION` */
export function contractParts(options: ContractOptions): ContractParts {
  const { channels, fit = 'crop', filter = 'bilinear', invert = false, trim = false } = options
  const size = typeof options.size === 'number' ? { height: options.size, width: options.size } : options.size
  const background = options.background === undefined ? undefined : colourText(options.background)
  const rules: [option: string, value: unknown, holds: boolean, rule: string][] = [
    ['size.height', size?.height, size === undefined || isSide(size.height), 'an integer from 1 to 8192'],
    ['size.width', size?.width, size === undefined || isSide(size.width), 'an integer from 1 to 8192'],
    ['channels', channels, channels === undefined || channels === 1 || channels === 3, '1 (grey) or 3 (RGB)'],
    ['fit', fit, ['crop', 'pad', 'stretch'].includes(fit), 'crop, pad or stretch'],
    ['filter', filter, ['bilinear', 'area'].includes(filter), 'bilinear or area'],
    [
      'background',
      options.background,
      options.background === undefined || background !== undefined,
      'black, white, #rrggbb or an integer from 0 to 255',
    ],
    ['invert', invert, typeof invert === 'boolean', 'true or false'],
    ['trim', trim, typeof trim === 'boolean', 'true or false'],
  ]
  for (const [option, value, holds, rule] of rules) {
    if (!holds)
      throw new TreadleError(
        'DATASET_BAD_OPTION',
        `Loading images: \`${option}\` (=${show(value)}) must be ${rule}.`,
      )
  }
  return {
    size,
    channels,
    background,
    rest: {
      fit: fit === 'pad' && background === undefined ? 'contain' : fit,
      filter,
      invert,
      trim,
      margin: 0,
      scale: 1 / 255,
      offset: 0,
      trainedOn: 'files',
    },
  }
}

/** Those of a complete contract. */
export function partsOf(contract: Preprocessing): ContractParts {
  const { height, width, channels, background, ...rest } = contract
  return { size: { height, width }, channels, background, rest }
}
