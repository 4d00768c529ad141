import type { Calibration } from '@treadle/metrics'
import { refuse } from '../refuse.ts'
import { fixed, grouped, percent } from '../format-number.ts'
import { type Screen, type TextOptions, clean, columns, left, right, screen, shorten } from './screen.ts'

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A horizontal bar of `fraction` of `width` columns, to an eighth of a column; padded to `width`. */
export function bar(fraction: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width * 8)
  return left('█'.repeat(Math.floor(filled / 8)) + eighths[filled % 8], width)
}

/**
 * Draw class probabilities as horizontal bars, a line each, in the order given.
 * @param entries probabilities in [0, 1]
 * @throws TreadleError `REPORT_BAD_INPUT` for a probability outside [0, 1]
 */
export function formatProbabilities(
  entries: readonly { readonly className: string; readonly probability: number }[],
  options: TextOptions = {},
): string {
  const target = screen(options)
  const names = entries.map(({ className }) => clean(className))
  const nameWidth = Math.min(24, Math.max(...names.map(columns)))
  return entries
    .map(({ probability }, i) => {
      // a float32 softmax may pass 1 by a rounding
      if (!(probability >= 0 && probability <= 1 + 2 ** -20))
        refuse(
          'formatProbabilities',
          `the probability of \`${names[i]}\` (=${probability}) must be from 0 to 1.`,
        )
      const name = left(shorten(names[i] as string, nameWidth), nameWidth)
      const drawn = bar(probability, Math.min(40, target.width - nameWidth - 11))
      const line = `${i === 0 ? target.ink.bold(name) : name}  ${target.ink.cyan(drawn)} ${right(percent(probability, 1), 8)}`
      return i === 0 ? line : line.trimEnd()
    })
    .join('\n')
}

/**
 * Draw a reliability diagram: for each bin of confidence the share that was right as a bar, and a mark where a
 * calibrated classifier's bar would end.
 */
export function formatReliability(
  { bins, expectedCalibrationError }: Calibration,
  options: TextOptions = {},
): string {
  const target = screen(options)
  const width = Math.min(40, target.width - 40)
  const lines = bins
    .filter(({ count }) => count > 0)
    .map(({ low, high, count, confidence, accuracy }) => {
      const range = `${fixed(low, 2)}–${fixed(high, 2)}`
      const figures =
        right(percent(accuracy, 1), 8) + right(percent(confidence, 1), 9) + right(grouped(count), 9)
      return `${left(range, 11)} ${reliabilityBar(target, accuracy, confidence, width)} ${figures}`
    })
  return [
    target.ink.bold(
      `${left('confidence', 11)} ${left('share right', width)}${right('right', 9)}${right('stated', 9)}${right('rows', 9)}`,
    ),
    ...lines,
    `Expected calibration error ${percent(expectedCalibrationError)}; ┃ marks the confidence stated.`,
  ].join('\n')
}

function reliabilityBar({ ink }: Screen, accuracy: number, confidence: number, width: number): string {
  const mark = Math.min(width - 1, Math.floor(confidence * width))
  const drawn = Array.from(bar(accuracy, width))
  return ink.cyan(drawn.slice(0, mark).join('')) + ink.yellow('┃') + ink.cyan(drawn.slice(mark + 1).join(''))
}
