import { type Preprocessing, TreadleError } from '@treadle/core'
import { completePreprocessing } from '@treadle/model'
import { differences } from '../recipe/minimal.ts'
import { fieldAt } from '../recipe/fields.ts'
import type { Recipe } from '../recipe/schema.ts'
import type { Base } from './open-base.ts'

/** The fields of a recipe that say how images are prepared. */
const PREPARATION = ['size', 'channels', 'fit', 'background', 'invert', 'trim'].map((name) => `data.${name}`)

const bad = (path: string, problem: string) =>
  new TreadleError('EXPERIMENT_BAD_RECIPE', `\`${path}\` (--${fieldAt(path)?.flag}) ${problem}`)

/**
 * How the images of a recipe with a base are prepared: as those that the base was trained on. If the base does not say,
 * its input decides the size and the channels, and the recipe the rest.
 *
 * @throws TreadleError `EXPERIMENT_BAD_RECIPE` for fields of the recipe that the base has decided, and for a base that
 *   takes no images
 */
export function basePreprocessing({ stored, model }: Base, recipe: Recipe): Preprocessing {
  const given = differences(recipe)
  if (stored !== undefined) {
    const decided = PREPARATION.find((path) => given.has(path))
    if (decided !== undefined)
      throw bad(
        decided,
        'cannot be used with `model.base` (--base): the pictures are prepared as those that the base was trained on. Leave it out.',
      )
    return { ...stored, scale: 1 / 255, offset: 0 }
  }
  const { size, channels, fit, background, invert, trim } = recipe.data
  const shape = model.inputs[0]?.shape.slice(1) ?? []
  if (shape.length !== 2 && shape.length !== 3)
    throw new TreadleError(
      'EXPERIMENT_BAD_BASE',
      `The base (--base) takes inputs of shape [${shape.join(', ')}], and says not how images become such inputs. Give a model of images: [height, width] or [height, width, channels].`,
    )
  const [height = null, width = null, ownChannels = 1] = shape
  if ((height === null || width === null) && size === 'auto')
    throw bad(
      'data.size',
      'is needed with this base, which takes images of any size. Give the size, such as --size 128.',
    )
  if (size !== 'auto' && [height, width].some((side) => side !== null && side !== size))
    throw bad('data.size', `(=${size}) is not the size of the base, ${height} × ${width}. Leave it out.`)
  if (channels !== 'auto' && channels !== ownChannels)
    throw bad('data.channels', `(=${channels}) is not that of the base, ${ownChannels}. Leave it out.`)
  const sides = [height, width].map((side) => side ?? (size as number))
  return completePreprocessing(
    {
      height: sides[0],
      width: sides[1],
      fit: fit === 'pad' && background === 'auto' ? 'contain' : fit,
      filter: 'bilinear',
      background: colours[background] ?? background,
      invert,
      trim,
      trainedOn: 'files',
    },
    [...sides, ...shape.slice(2)] as number[],
  )
}

const colours: Readonly<Record<string, string>> = { black: '#000000', white: '#ffffff' }
