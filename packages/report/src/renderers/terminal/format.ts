import { show } from '@treadle/core'
import type { PublishedResult } from '@treadle/core'
import { type Picture, resize } from '@treadle/image'
import type { SeedsSummary } from '@treadle/metrics'
import { checkShape, refuse } from '../../refuse.ts'
import type { ModelSummary } from '../../run-report.ts'
import { layersTable, parametersText } from '../../sections/network.ts'
import { seedsBlocks } from '../../seeds.ts'
import { percent } from '../../words.ts'
import { barLines } from './bars.ts'
import { pictureLines } from './half-blocks.ts'
import { type TextOptions, clean, screen } from './screen.ts'
import { formatBlocks } from './terminal.ts'

/** A picture on a terminal is at most so many columns wide and half as many lines high. */
const PICTURE_SIDE = 64

/** A network's layers with output shapes and parameters, and the totals. */
export function formatLayers(model: ModelSummary, options: TextOptions = {}): string {
  return formatBlocks([layersTable(model), { kind: 'prose', text: parametersText(model) }], options)
}

/** Mean ± sd over seeds for each epoch and class, with the baseline's values and the verdict. */
export function formatSeeds(
  summary: SeedsSummary,
  baseline?: PublishedResult,
  options: TextOptions = {},
): string {
  return formatBlocks(seedsBlocks(summary, baseline), options)
}

/**
 * Class probabilities as horizontal bars, one line each, in the order given; the first is emphasised.
 * @param entries probabilities in [0, 1]
 * @throws TreadleError `REPORT_BAD_INPUT` for a probability outside [0, 1]
 */
export function formatProbabilities(
  entries: readonly { readonly className: string; readonly probability: number }[],
  options: TextOptions = {},
): string {
  const shape = [{ className: 'string', probability: 'number' }] as const
  checkShape('formatProbabilities', 'entries', entries, shape)
  for (const { className, probability } of entries)
    // a float32 softmax may exceed 1 by a rounding
    if (!(probability >= 0 && probability <= 1 + 2 ** -20))
      refuse(
        'formatProbabilities',
        `the probability of \`${clean(className)}\` (=${show(probability)}) must be from 0 to 1.`,
      )
  const target = screen(options)
  const bars = entries.map(({ className, probability }) => ({
    name: className,
    value: probability,
    text: percent(probability, 1),
  }))
  return barLines(target, bars)
    .map((line, i) => (i === 0 ? target.ink.bold(line) : line))
    .join('\n')
}

/**
 * A picture for a terminal, scaled down to at most 64 columns and 32 lines: with 256 colours or more as half-blocks of
 * two pixels, else as characters by brightness.
 */
export function formatPicture(picture: Picture, options: TextOptions = {}): string {
  checkShape('formatPicture', 'picture', picture, { width: 'number', height: 'number' })
  const target = screen(options)
  const factor = Math.max(
    1,
    picture.width / Math.min(PICTURE_SIDE, target.width),
    picture.height / PICTURE_SIDE,
  )
  const width = Math.max(1, Math.floor(picture.width / factor))
  const height = Math.max(1, Math.floor(picture.height / factor))
  return pictureLines(target, resize(picture, { width, height }), width).join('\n')
}
