import { csvCell, escapeControls } from '@treadle/core'
import type { Picture } from '@treadle/image'
import type { Prediction } from '@treadle/model'
import { formatPicture, formatProbabilities } from '@treadle/report'
import { csvFormat } from 'd3-dsv'
import type { Output } from '../../context.ts'
import { textOptions } from '../../terminal/text-options.ts'

export interface GoodAnswer {
  readonly image: string
  readonly predictions: readonly Prediction[]
}

export interface FailedAnswer {
  readonly image: string
  readonly error: string
}

/** What the command says of one image. */
export type Answer = GoodAnswer | FailedAnswer

/** The image's name, the picture if there is one, and a bar for each class. */
export function answerText(
  { image, predictions }: GoodAnswer,
  picture: Picture | undefined,
  out: Output,
): string {
  const options = textOptions(out)
  const parts = [
    out.colors.bold(escapeControls(image)),
    ...(picture ? [formatPicture(picture, options)] : []),
    formatProbabilities(predictions, options),
  ]
  return `\n${parts.join('\n')}\n`
}

/** A row for each class of each image, the most probable first; for a file that cannot be read one with the error. No cell begins a formula. */
export function answersCsv(answers: readonly Answer[]): string {
  const rows = answers.flatMap((answer): Record<string, string | number>[] =>
    'error' in answer
      ? [{ image: csvCell(answer.image), rank: '', class: '', probability: '', error: csvCell(answer.error) }]
      : answer.predictions.map(({ className, probability }, index) => ({
          image: csvCell(answer.image),
          rank: index + 1,
          class: csvCell(className),
          probability,
          error: '',
        })),
  )
  return csvFormat(rows, ['image', 'rank', 'class', 'probability', 'error'])
}
