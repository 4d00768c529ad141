import { TreadleError, checkOptions, didYouMean, show } from '@treadle/core'
import { losses, type Head } from '@treadle/keras'
import { auc, precision, recall, topKCategoricalAccuracy, type EpochMetric } from '@treadle/metrics'
import { customMetric } from './custom.ts'
import type { MetricOption, MetricOptions, MetricsOption } from './option.ts'

/** A metric of one output. */
export interface OutputMetric {
  /** As in the history, without the name of the output. */
  readonly name: string
  readonly metric: EpochMetric
}

/** A metric that a run measures on request. */
interface Measured {
  readonly options: readonly Exclude<keyof MetricOptions, 'name'>[]
  readonly of: (options: MetricOptions, head: Head) => EpochMetric
}

const share = (value: number) => value >= 0 && value <= 1

function threshold(options: MetricOptions, head: Head) {
  const { threshold: limit = 0.5, classId } = options
  check(options, 'threshold', share(limit), 'a number from 0 to 1')
  return { threshold: limit, classId: checkClass(classId, options, head) }
}

/** The metrics, by their names in the history. */
const measured: Readonly<Record<string, Measured>> = {
  top_k_categorical_accuracy: {
    options: ['k'],
    of(options, { units }) {
      const { k = 5 } = options
      check(options, 'k', Number.isInteger(k) && k >= 1, 'a whole number of at least 1')
      if (units < 2) throw fail(`${options.name} needs an output of two classes or more, not ${units}.`)
      return topKCategoricalAccuracy({ k })
    },
  },
  precision: {
    options: ['threshold', 'classId'],
    of: (options, head) => precision(threshold(options, head)),
  },
  recall: { options: ['threshold', 'classId'], of: (options, head) => recall(threshold(options, head)) },
  auc: {
    options: ['curve', 'thresholds', 'classId'],
    of(options, head) {
      const { curve = 'ROC', thresholds = 200, classId } = options
      check(options, 'curve', curve === 'ROC' || curve === 'PR', "'ROC' or 'PR'")
      const enough = Number.isInteger(thresholds) && thresholds >= 2 && thresholds <= 65_536
      check(options, 'thresholds', enough, 'a whole number from 2 to 65536')
      return auc({ curve, thresholds, classId: checkClass(classId, options, head) })
    },
  },
}

/** The names by which `metrics` takes a metric, as in the history. */
const metricNames: readonly string[] = Object.keys(measured)

/**
 * The metrics of each output besides that of its head.
 * @param heads one for each output
 * @param names of the outputs
 * @throws TreadleError `TRAINER_BAD_METRIC`
 */
export function resolveMetrics(
  option: MetricsOption | undefined,
  heads: readonly Head[],
  names: readonly string[],
): readonly (readonly OutputMetric[])[] {
  if (option === undefined) return heads.map(() => [])
  if (option === null || typeof option !== 'object')
    throw fail(`must be a list, such as ['precision'], not ${show(option)}.`)
  const byOutput = Array.isArray(option) ? undefined : (option as Record<string, readonly MetricOption[]>)
  const unknown = Object.keys(byOutput ?? {}).find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw fail(`the model has no output \`${unknown}\`. Its outputs are ${names.join(', ')}.`)
  return heads.map((head, i) => {
    const own = byOutput ? (byOutput[names[i] as string] ?? []) : (option as readonly MetricOption[])
    if (!Array.isArray(own)) throw fail(`the metrics of \`${names[i]}\` must be a list, not ${show(own)}.`)
    const metrics = own.map((one) => resolveMetric(one, head))
    const seen = new Set<string>(['loss', head.metric])
    for (const { name } of metrics) {
      if (seen.has(name)) throw fail(`there are two metrics \`${name}\`. Leave one of them out.`)
      seen.add(name)
    }
    return metrics
  })
}

function resolveMetric(option: MetricOption, head: Head): OutputMetric {
  if (typeof option === 'function') return named(option.name, option)
  if (typeof option === 'object' && option !== null && 'compute' in option) {
    checkOptions('metrics', option, { name: 'string', compute: 'any' })
    return named(option.name, option.compute)
  }
  const options: MetricOptions = typeof option === 'string' ? { name: option } : option
  if (typeof options !== 'object' || options === null || typeof options.name !== 'string')
    throw fail(`each must be a name, an object with a \`name\`, or a function, not ${show(option)}.`)
  const name = metricNames.find((one) => bare(one) === bare(options.name).replace(/^sparse/, ''))
  if (name === undefined) {
    const hint = didYouMean(options.name, metricNames)
    throw fail(`${show(options.name)} is unknown.${hint} The metrics are ${metricNames.join(', ')}.`)
  }
  const { options: known, of } = measured[name] as Measured
  checkOptions(`metrics: ${name}`, options, {
    name: 'string',
    ...Object.fromEntries(known.map((key) => [key, 'any' as const])),
  })
  if (probabilities(head) === 'linear')
    throw fail(
      `${name} needs probabilities, but the output ends in no softmax or sigmoid, and the loss is ${head.loss}.`,
    )
  return { name, metric: of(options, head) }
}

const bare = (name: string) => name.replaceAll('_', '').toLowerCase()

/** The activation that makes probabilities of an output's logits; 'linear' if there is none. */
export function probabilities({ loss, activation }: Head): Head['activation'] {
  return (loss === 'custom' ? undefined : losses[loss].activation) ?? activation
}

function named(name: unknown, compute: unknown): OutputMetric {
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name))
    throw fail(
      `a function needs a name of letters, digits and underscores, but it has ${show(name)}. Give { name: 'my_metric', compute }.`,
    )
  if (typeof compute !== 'function') throw fail(`\`compute\` of ${name} must be a function.`)
  return { name, metric: customMetric(name, compute as Parameters<typeof customMetric>[1]) }
}

function checkClass(
  classId: number | undefined,
  options: MetricOptions,
  { units }: Head,
): number | undefined {
  const fits = classId === undefined || (Number.isInteger(classId) && classId >= 0 && classId < units)
  check(options, 'classId', fits, `the index of a class, from 0 to ${units - 1}`)
  return classId
}

function check(options: MetricOptions, key: keyof MetricOptions, holds: boolean, rule: string): void {
  if (!holds) throw fail(`\`${key}\` (=${show(options[key])}) of ${options.name} must be ${rule}.`)
}

function fail(problem: string): TreadleError {
  return new TreadleError('TRAINER_BAD_METRIC', `metrics: ${problem}`)
}
