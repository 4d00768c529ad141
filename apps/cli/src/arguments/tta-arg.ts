import { didYouMean } from '@treadle/core'
import { type TestTimeAugmentation, testTimeAugmentations } from '@treadle/image/views'
import { UsageError } from '../errors.ts'
import type { Arg } from './args.ts'

/** The argument that averages over several views of each image. */
export const ttaArg = {
  type: 'string',
  valueHint: testTimeAugmentations.join('|'),
  description:
    'Test-time augmentation: average the probabilities over the image and its mirror image (flip), over five crops, or over both',
} as const satisfies Arg

/** @throws UsageError */
export function ttaOption(text: string | undefined): TestTimeAugmentation | undefined {
  const known = testTimeAugmentations.find((name) => name === text)
  if (text === undefined || known !== undefined) return known
  throw new UsageError(
    `\`--tta\` (=${text}) must be one of ${testTimeAugmentations.join(', ')}.${didYouMean(text, testTimeAugmentations)}`,
  )
}
