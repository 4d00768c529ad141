import { TreadleError, describeProblem, didYouMean, show, type LabelledImages } from '@treadle/core'
import type { ModelSamples } from '../data/arrays.ts'
import { type Augmentation, type AugmentationDefinition, augmentations } from './index.ts'

/** An augmentation of a run, checked. */
export interface AugmentationStep {
  readonly name: string
  readonly definition: AugmentationDefinition<unknown>
  readonly value: unknown
}

/** The augmentations of a run, checked, and the images that they change. */
export interface ResolvedAugmentation {
  readonly images: LabelledImages
  readonly steps: readonly AugmentationStep[]
}

const bad = (problem: string) => new TreadleError('TRAINER_BAD_OPTION', `train: ${problem}`)

/**
 * Checks the augmentations of a run.
 * @returns undefined if none changes an image
 * @throws TreadleError `TRAINER_BAD_OPTION`
 */
export function resolveAugmentation(
  list: readonly Augmentation[] | undefined,
  samples: ModelSamples,
): ResolvedAugmentation | undefined {
  if (list === undefined) return undefined
  if (!Array.isArray(list))
    throw bad(
      `\`augmentation\` (=${show(list)}) must be a list, as in [{ flip: 'horizontal' }, { shift: 2 }].`,
    )
  const steps = list
    .map((item, i) => resolveStep(item, `augmentation[${i}]`, samples))
    .filter((step) => step !== undefined)
  // A step is for images only.
  return steps.length === 0 ? undefined : { steps, images: samples as LabelledImages }
}

function resolveStep(item: unknown, path: string, samples: ModelSamples): AugmentationStep | undefined {
  const [entry, ...more] = typeof item === 'object' && item !== null ? Object.entries(item) : []
  if (entry === undefined || more.length > 0)
    throw bad(`\`${path}\` (=${show(item)}) must be one augmentation, as in { shift: 2 }.`)
  const [name, value] = entry
  if (!Object.hasOwn(augmentations, name)) {
    const names = Object.keys(augmentations)
    throw bad(
      `there is no augmentation ${show(name)}.${didYouMean(name, names)} They are ${names.join(', ')}.`,
    )
  }
  const definition: AugmentationDefinition<any> = augmentations[name as keyof typeof augmentations]
  if (samples.kind !== 'images')
    throw bad(
      `\`augmentation\` is for images, but the training data are ${samples.kind === 'table' ? 'a table' : 'arrays'}. Leave it out.`,
    )
  const problem = value === undefined ? 'the value is missing.' : describeProblem(definition.schema, value)
  if (problem !== undefined) throw bad(`\`${path}.${name}\` (=${show(value)}): ${problem}`)
  const rule = definition.rule?.(value, samples)
  if (rule !== undefined) throw bad(`\`${path}.${name}\` (=${show(value)}) must be ${rule}.`)
  return value === definition.schema._zod.def.defaultValue ? undefined : { name, definition, value }
}
