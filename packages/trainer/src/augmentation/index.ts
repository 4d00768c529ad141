import { brightnessDefinition } from './brightness.ts'
import { contrastDefinition } from './contrast.ts'
import { cutmixDefinition } from './cutmix.ts'
import { cutoutDefinition } from './cutout.ts'
import { eraseDefinition } from './erase.ts'
import { flipDefinition } from './flip.ts'
import { mixupDefinition } from './mixup.ts'
import { noiseDefinition } from './noise.ts'
import { rotateDefinition } from './rotate.ts'
import { shearDefinition } from './shear.ts'
import { shiftDefinition } from './shift.ts'
import { translateDefinition } from './translate.ts'
import { zoomDefinition } from './zoom.ts'
import type { AugmentationDefinition } from './definition.ts'

export { brightness } from './brightness.ts'
export { contrast } from './contrast.ts'
export { cutmix } from './cutmix.ts'
export { cutout } from './cutout.ts'
export { erase } from './erase.ts'
export { flip } from './flip.ts'
export type { Flip } from './flip.ts'
export { mixup } from './mixup.ts'
export { noise } from './noise.ts'
export { rotate } from './rotate.ts'
export { shear } from './shear.ts'
export { shift } from './shift.ts'
export { translate } from './translate.ts'
export { zoom } from './zoom.ts'
export type {
  AugmentationDefinition,
  AugmentedImage,
  Draw,
  AffineAugmentation,
  MixedImage,
  MixAugmentation,
  PixelAugmentation,
} from './definition.ts'

/** All augmentations by name, in the order in which a recipe applies them. To add one, write its file and name it here. */
export const augmentations = {
  flip: flipDefinition,
  shift: shiftDefinition,
  rotate: rotateDefinition,
  zoom: zoomDefinition,
  shear: shearDefinition,
  translate: translateDefinition,
  brightness: brightnessDefinition,
  contrast: contrastDefinition,
  noise: noiseDefinition,
  cutout: cutoutDefinition,
  erase: eraseDefinition,
  mixup: mixupDefinition,
  cutmix: cutmixDefinition,
} as const

type Definitions = typeof augmentations
type ValueOf<Definition> = Definition extends AugmentationDefinition<infer Value> ? Value : never

export type AugmentationName = keyof Definitions
/** The value of each augmentation; its default changes no image. */
export type AugmentationValues = { readonly [Name in AugmentationName]: ValueOf<Definitions[Name]> }
/** One augmentation as plain data: what `flip()`, `shift(2)` and their like return. */
export type Augmentation = {
  readonly [Name in AugmentationName]: { readonly [Key in Name]: AugmentationValues[Name] }
}[AugmentationName]

/** The list of the augmentations that change images, in order. */
export function augmentationList(values: AugmentationValues): readonly Augmentation[] {
  return Object.entries(augmentations)
    .filter(([name, { schema }]) => values[name as AugmentationName] !== schema._zod.def.defaultValue)
    .map(([name]) => ({ [name]: values[name as AugmentationName] }) as unknown as Augmentation)
}

/** Whether a list has an augmentation that mixes two images and their labels. */
export const mixesImages = (list: readonly Augmentation[]): boolean =>
  list.some((item) => Object.keys(item).some((name) => 'mix' in augmentations[name as AugmentationName]))
