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
  /** From the training images; 99 % of them have a distance below 1. Absent for models that do not know them. */
  readonly distance?: number
  /** Present if the distance is over 1. */
  readonly warning?: string
}

export interface FailedAnswer {
  readonly image: string
  readonly error: string
}

/** What the command says of one image. */
export type Answer = GoodAnswer | FailedAnswer

/** The distance of an image as fields of its answer. */
export function distanceFields(distance: number | undefined): Pick<GoodAnswer, 'distance' | 'warning'> {
  if (distance === undefined) return {}
  if (distance <= 1) return { distance }
  const warning = `unlike the training images: its distance from them is ${formatDistance(distance)}, and 99 % of them stay below 1`
  return { distance, warning }
}

/** Rounded up below 10, so that a distance over 1 is not shown as 1. */
const formatDistance = (distance: number) =>
  distance < 10 ? (Math.ceil(distance * 100) / 100).toFixed(2) : distance.toFixed(0)

/** The image's name, the picture if there is one, and a bar for each class. */
export function answerText(
  { image, predictions, warning }: GoodAnswer,
  picture: Picture | undefined,
  out: Output,
): string {
  const options = textOptions(out)
  const parts = [
    out.colors.bold(escapeControls(image)),
    ...(picture ? [formatPicture(picture, options)] : []),
    formatProbabilities(predictions, options),
    ...(warning === undefined ? [] : [out.colors.yellow(`warning: ${warning}`)]),
  ]
  return `\n${parts.join('\n')}\n`
}

/** A row for each class of each image, the most probable first; for a file that cannot be read one with the error. No cell begins a formula. */
export function answersCsv(answers: readonly Answer[]): string {
  const rows = answers.flatMap((answer): Record<string, string | number>[] =>
    'error' in answer
      ? [
          {
            image: csvCell(answer.image),
            rank: '',
            class: '',
            probability: '',
            error: csvCell(answer.error),
            distance: '',
          },
        ]
      : answer.predictions.map(({ className, probability }, index) => ({
          image: csvCell(answer.image),
          rank: index + 1,
          class: csvCell(className),
          probability,
          error: '',
          distance: answer.distance ?? '',
        })),
  )
  return csvFormat(rows, ['image', 'rank', 'class', 'probability', 'error', 'distance'])
}
