import { type CurvesFigure, type Fact, type ReportDocument, threeDigits } from '@treadle/report'
import type { Recipe } from '../recipe/schema.ts'
import type { RecipeRateTest } from './test-rates.ts'

/** Describes a test of learning rates as data that every renderer of reports takes. */
export function rateTestReport(test: RecipeRateTest): ReportDocument {
  const { recipe, dataset, suggestion, rates, stopped, executor } = test
  const { optimizer, model, training } = recipe
  return {
    title: `Learning rates of ${model.name} on ${dataset.name}`,
    result: {
      value: suggestion === undefined ? '–' : threeDigits(suggestion),
      name: 'suggested learning rate',
    },
    headline:
      suggestion === undefined
        ? 'The smoothed loss does not fall, so no learning rate is suggested. Begin with a lower rate, or take more steps.'
        : `Suggested learning rate: ${threeDigits(suggestion)}, at which the smoothed loss falls most steeply.`,
    warnings:
      stopped === 'aborted'
        ? [{ title: 'Interrupted', text: `The test was stopped after ${rates.length} steps.` }]
        : [],
    setup: setupOf(test),
    sections:
      rates.length === 0
        ? []
        : [
            {
              id: 'curve',
              title: 'Loss by learning rate',
              blocks: [
                rateTestFigure(test),
                {
                  kind: 'prose',
                  text:
                    `The rate grows by the same factor in each of the steps (batch size ${training.batchSize}, ${optimizer.name}, ${executor}). ` +
                    'The loss is smoothed by a moving average that keeps 0.98 at each step. The test ends where it is four times its lowest value.',
                },
              ],
            },
          ],
  }
}

function setupOf({
  recipe,
  dataset,
  suggestion,
  minimumTenth,
  rates,
  stopped,
  smoothed,
}: RecipeRateTest): Fact[] {
  const { optimizer, training } = recipe
  const facts: (Fact | undefined)[] = [
    ['Data', `${dataset.name}, ${dataset.train} training samples`],
    ['Optimizer', `${optimizer.name}; the recipe has ${rateText(optimizer.learningRate)}`],
    ['Steps', [`${rates.length}, ${stopped}`, ...rangeText(rates)].join('; ')],
    rates.length === 0 ? undefined : ['Lowest smoothed loss', Math.min(...smoothed).toFixed(4)],
    suggestion === undefined ? undefined : ['Steepest descent', `${threeDigits(suggestion)} (suggested)`],
    minimumTenth === undefined ? undefined : ['Minimum / 10', threeDigits(minimumTenth)],
    ['Seed', String(training.seed)],
  ]
  return facts.filter((fact) => fact !== undefined)
}

function rateText(rate: Recipe['optimizer']['learningRate']): string {
  if (typeof rate === 'number') return threeDigits(rate)
  const peak = 'peak' in rate && rate.peak !== undefined ? ` with a peak of ${threeDigits(rate.peak)}` : ''
  return `a ${rate.schedule} schedule${peak}`
}

const rangeText = (rates: readonly number[]) =>
  rates.length === 0 ? [] : [`${threeDigits(rates[0] as number)} to ${threeDigits(rates.at(-1) as number)}`]

/** The losses of a test over the learning rate, with the suggested rate marked. */
export function rateTestFigure({ rates, losses, smoothed, suggestion }: RecipeRateTest): CurvesFigure {
  // Single losses beyond the smoothed ones would flatten the curve.
  const [low, high] = [Math.min(...smoothed), Math.max(...smoothed)]
  const shown = losses.map((loss) => (loss < low - 0.2 * (high - low) || loss > high ? NaN : loss))
  return {
    kind: 'curves',
    name: 'learning-rates',
    title: 'Loss',
    label: 'Loss of each step and the smoothed loss over the learning rate, on a logarithmic axis.',
    xLabel: 'learning rate',
    logX: rates,
    series: [
      { name: 'each step', owner: 'baseline', phase: 'training', values: shown },
      { name: 'smoothed', owner: 'run', phase: 'validation', values: smoothed },
    ],
    marks: suggestion === undefined ? [] : [{ x: suggestion, name: `suggested ${threeDigits(suggestion)}` }],
  }
}
