import { TreadleError, didYouMean, show } from '@treadle/core'

/** The shape of an image or of a prepared one. */
export interface ImageShape {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** An image seen once more: mirrored left to right, then moved down and to the right, in pixels. */
export interface View {
  readonly mirrored: boolean
  readonly down: number
  readonly right: number
}

const asItIs: View = { mirrored: false, down: 0, right: 0 }
const mirror: View = { ...asItIs, mirrored: true }

/** The views of an image over which test-time augmentation averages the probabilities, each with the same weight. */
const views = {
  flip: () => [asItIs, mirror],
  crops: (shape) => crops(shape, [asItIs]),
  'flip-crops': (shape) => crops(shape, [asItIs, mirror]),
} satisfies Record<string, (shape: ImageShape) => readonly View[]>

/**
 * `flip` is the image and its mirror image; `crops` the image and four that are moved towards the corners by a 28th of
 * the shorter side; `flip-crops` both.
 */
export type TestTimeAugmentation = keyof typeof views

/** The values of the option `testTimeAugmentation` and of the flag `--tta`. */
export const testTimeAugmentations = Object.keys(views) as readonly TestTimeAugmentation[]

/** The image, and the image moved towards each corner by a 28th of its shorter side. */
function crops({ height, width }: ImageShape, of: readonly View[]): View[] {
  const step = Math.max(1, Math.round(Math.min(height, width) / 28))
  const moves = [
    [0, 0] as const,
    ...[-step, step].flatMap((down) => [-step, step].map((right) => [down, right] as const)),
  ]
  return of.flatMap((view) => moves.map(([down, right]) => ({ ...view, down, right })))
}

/**
 * The views of a test-time augmentation; the first is the image as it is.
 * @param operation the function whose option it is: the message begins with it
 * @throws TreadleError `IMAGE_BAD_VIEWS` if there is none of that name
 */
export function viewsOf(operation: string, name: unknown, shape: ImageShape): readonly View[] {
  const known = testTimeAugmentations.find((each) => each === name)
  if (known !== undefined) return views[known](shape)
  throw new TreadleError(
    'IMAGE_BAD_VIEWS',
    `${operation}: \`testTimeAugmentation\` (=${show(name)}) must be one of ${testTimeAugmentations.join(', ')}.${typeof name === 'string' ? didYouMean(name, testTimeAugmentations) : ''}`,
  )
}

/**
 * Images in another view. What a move leaves open shows the mirror image at the border, as in the augmentation `shift`.
 * @param values of one image or several: shape [count, height, width, channels], row-major
 * @returns shape of `values`; `values` itself for the view as it is
 */
export function applyView<Values extends Uint8Array | Float32Array>(
  values: Values,
  { height, width, channels }: ImageShape,
  { mirrored, down, right }: View,
): Values {
  if (!mirrored && down === 0 && right === 0) return values
  const out = values.slice() as Values
  const line = width * channels
  const columns = Int32Array.from({ length: width }, (_, x) => {
    const from = reflected(x - right, width)
    return (mirrored ? width - 1 - from : from) * channels
  })
  for (let image = 0; image < values.length; image += height * line) {
    for (let y = 0; y < height; y++) {
      const source = image + reflected(y - down, height) * line
      const target = image + y * line
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++)
          out[target + x * channels + c] = values[source + (columns[x] as number) + c] as number
    }
  }
  return out
}

/** The index in [0, length) of a pixel at most `length` beyond a border: … 1 0 | 0 1 2 … */
function reflected(index: number, length: number): number {
  if (index < 0) return -1 - index
  return index < length ? index : 2 * length - 1 - index
}
