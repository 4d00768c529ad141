import { type Preprocessing, TreadleError, describeProblem, show } from '@treadle/core'
import * as z from 'zod/mini'

const size = z.int().check(z.gte(1), z.lte(8192))

/** The fields of `Preprocessing` as model.json stores them. Models of earlier versions lack the later fields. */
const preprocessingSchema = z.strictObject({
  height: size,
  width: size,
  channels: z.union([z.literal(1), z.literal(3)]),
  scale: z._default(z.number(), 1 / 255),
  offset: z._default(z.number(), 0),
  invert: z.union([z.boolean(), z.literal('auto')]),
  trim: z.boolean(),
  fit: z._default(z.enum(['crop', 'pad', 'contain', 'stretch']), 'contain'),
  filter: z._default(z.enum(['area', 'bilinear']), 'area'),
  margin: z._default(z.int().check(z.gte(0)), 0),
  background: z._default(z.string().check(z.regex(/^(auto|#[0-9a-f]{6})$/)), 'auto'),
  trainedOn: z._default(z.enum(['files', 'arrays']), 'arrays'),
})

/** Default values follow from the network's input: see `completePreprocessing`. */
export type PreprocessingOptions = Partial<z.input<typeof preprocessingSchema>>

/**
 * Completes preprocessing options: the size is that of the network's input (a flat input of n² values is square and
 * grey); grey images have `invert: 'auto'` and `trim: true`, colour images neither; pixels are scaled to [0, 1].
 *
 * @param inputShape the network's input shape without the batch dimension: [height, width], [height, width, channels] or [size]
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
  const complete = { ...byDefault, ...given }
  const { data } = preprocessingSchema.safeParse(complete)
  if (data === undefined) throw badPreprocessing(String(describeProblem(preprocessingSchema, complete)))
  const values = data.height * data.width * data.channels
  const wanted = inputShape.reduce<number>((product, dimension) => product * (dimension ?? Number.NaN), 1)
  if (values !== wanted) {
    throw badPreprocessing(
      `${data.height} × ${data.width} × ${data.channels} values do not match the network's input shape [${inputShape.join(', ')}]`,
    )
  }
  if (2 * data.margin >= Math.min(data.height, data.width)) {
    throw badPreprocessing(
      `\`margin\` (=${show(data.margin)}) leaves no pixels of ${data.height} × ${data.width}`,
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
