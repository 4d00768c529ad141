import { TreadleError } from '@treadle/core'
import { z } from 'zod'

const size = z.int().min(1).max(8192)

/** What happens to an image before the network sees it; kept in model.json, so that it goes with the model. */
const preprocessingSchema = z.strictObject({
  /** Size that the network takes. */
  height: size,
  width: size,
  /** 1: grey; 3: red, green, blue. */
  channels: z.union([z.literal(1), z.literal(3)]),
  /** The network's value is pixel · scale + offset, pixels from 0 to 255. */
  scale: z.number().default(1 / 255),
  offset: z.number().default(0),
  /**
   * Whether brightness is turned round. `auto`: where the outermost pixels are brighter than 127.5 on average, for
   * networks that were trained on light things before a dark background, as Fashion-MNIST's are.
   */
  invert: z.union([z.boolean(), z.literal('auto')]),
  /** Whether an even margin is cut off first. Images that have the network's size are never cut or fitted. */
  trim: z.boolean(),
  /** `contain` keeps the proportions and fills up with the colour of the image's border; `stretch` does not. */
  fit: z.enum(['contain', 'stretch']).default('contain'),
  /** Pixels left free on each side of what is fitted in. */
  margin: z.int().nonnegative().default(0),
})

export type Preprocessing = z.infer<typeof preprocessingSchema>

/** What may be left out follows from the network's input: see `completePreprocessing`. */
export type PreprocessingOptions = Partial<z.input<typeof preprocessingSchema>>

/**
 * Fills in what is left out: the size from the network's input (a flat one of n² values is square and grey), for grey
 * images `invert: 'auto'` and `trim: true`, for colour images neither, and pixels scaled to [0, 1].
 *
 * @param inputShape the network's, without the batch dimension: [height, width], [height, width, channels] or [size]
 * @throws TreadleError `MODEL_BAD_METADATA`
 */
export function completePreprocessing(
  options: unknown,
  inputShape: readonly (number | null)[],
): Preprocessing {
  const given = (options ?? {}) as PreprocessingOptions
  if (typeof given !== 'object') throw badPreprocessing(`it is a ${typeof given}, not an object`)
  const shape = imageShape(inputShape)
  const grey = (given.channels ?? shape.channels) === 1
  const byDefault = { ...shape, invert: grey ? 'auto' : false, trim: grey }
  const { data, error } = preprocessingSchema.safeParse({ ...byDefault, ...given })
  if (data === undefined) throw badPreprocessing(z.prettifyError(error))
  const values = data.height * data.width * data.channels
  const wanted = inputShape.reduce<number>((product, dimension) => product * (dimension ?? Number.NaN), 1)
  if (values !== wanted) {
    throw badPreprocessing(
      `${data.height} × ${data.width} × ${data.channels} values do not fill the network's input [${inputShape.join(', ')}]`,
    )
  }
  if (2 * data.margin >= Math.min(data.height, data.width)) {
    throw badPreprocessing(
      `\`margin\` (=${data.margin}) leaves nothing of ${data.height} × ${data.width} pixels`,
    )
  }
  return data
}

function imageShape(
  shape: readonly (number | null)[],
): Partial<Record<'height' | 'width' | 'channels', number>> {
  const [height, width, channels = 1] = shape.map((dimension) => dimension ?? Number.NaN)
  if (height === undefined) return {}
  if (width !== undefined) return { height, width, channels }
  const side = Math.sqrt(height)
  return Number.isInteger(side) ? { height: side, width: side, channels: 1 } : {}
}

function badPreprocessing(reason: string): TreadleError {
  return new TreadleError('MODEL_BAD_METADATA', `\`preprocessing\` is not usable: ${reason}.`)
}
