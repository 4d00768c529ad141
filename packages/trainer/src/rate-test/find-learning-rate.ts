import type { LayersModel } from '@tensorflow/tfjs-layers'
import { Purpose, RandomStream, permutation } from '@treadle/core'
import { advanceClock, startClock } from '@treadle/optim'
import { breathe } from '#platform'
import { occupy } from '../busy.ts'
import type { Executor, ExecutorName } from '../executors/executor.ts'
import type { TrainingData } from '../options.ts'
import { prepareRun, type Run } from '../run.ts'
import { LossCurve, rateOfStep, suggestRates, type SuggestedRates } from './curve.ts'
import { rateTestOptions, type RateRange, type RateTestOptions } from './options.ts'

/** Target duration of a chunk of steps: of the delay of progress and of an abort. */
const CHUNK_MILLISECONDS = 50

/** The result of a test of learning rates. */
export interface RateTest extends SuggestedRates {
  /** Learning rate of each step, shape [steps before the loss diverged]. */
  readonly rates: readonly number[]
  /** Loss of each step before its update, with dropout on and regularization losses included, of the same shape. */
  readonly losses: readonly number[]
  /** The losses, smoothed, of the same shape. */
  readonly smoothed: readonly number[]
  /** Why the test ended. */
  readonly stopped: 'finished' | 'diverged' | 'aborted'
  readonly executor: ExecutorName
  /** The reasons why 'auto' did not select a faster executor. */
  readonly notes: readonly string[]
}

/**
 * Tests learning rates (Smith, 2017): trains for some steps while the rate grows exponentially, and returns the loss at
 * each rate. The losses are smoothed by a moving average that keeps 0.98 at each step. The test ends where the smoothed
 * loss is four times its lowest value, or where a loss is not finite. The schedule of the optimizer is not used. The weights of the
 * model do not change. The same seed gives the same curve, for any number of threads.
 *
 * `suggestion` is the rate at which the smoothed loss falls most steeply before its minimum: the slope is that of a line
 * through an eighth of the steps, against the logarithm of the rate. `minimumTenth` is a tenth of the rate of the minimum, which can be
 * far too high for networks with normalization, whose loss stays low at high rates. Both are absent where the loss does not
 * fall.
 *
 * @param model built, as for `train`
 * @throws TreadleError as `train` does; `TRAINER_BAD_OPTION` for a bad range
 * @example
 * const { suggestion } = await findLearningRate(model, data, { optimizer: 'sgd', seed: 1 })
 */
export async function findLearningRate(
  model: LayersModel,
  data: TrainingData,
  options: RateTestOptions = {},
): Promise<RateTest> {
  const { training, ...range } = rateTestOptions('findLearningRate', options)
  const run = prepareRun(model, data, training)
  const release = occupy('findLearningRate', model)
  let executor: Executor | undefined
  try {
    executor = await run.selection.factory.create(run.plan)
    const before = executor.save()
    try {
      return await testRates(run, executor, range, options)
    } finally {
      executor.load(before)
      executor.push()
    }
  } finally {
    executor?.dispose()
    release()
  }
}

async function testRates(
  run: Run,
  executor: Executor,
  range: RateRange,
  { onProgress, signal }: RateTestOptions,
): Promise<RateTest> {
  const { samples, batchSize, seed, optimizer } = run.plan
  const perEpoch = Math.ceil(samples.count / batchSize)
  const clock = startClock(optimizer)
  const curve = new LossCurve()
  let stopped: RateTest['stopped'] = 'finished'
  let millisecondsPerStep = CHUNK_MILLISECONDS
  let order: Uint32Array | undefined
  for (let step = 0; step < range.steps && stopped === 'finished';) {
    await breathe()
    if (signal?.aborted) {
      stopped = 'aborted'
      break
    }
    const [epoch, firstStep] = [Math.floor(step / perEpoch), step % perEpoch]
    if (firstStep === 0)
      order = permutation(samples.count, new RandomStream(seed, Purpose.shuffle, { epoch }))
    const wanted = Math.max(1, Math.floor(CHUNK_MILLISECONDS / millisecondsPerStep))
    const steps = Math.min(wanted, perEpoch - firstStep, range.steps - step)
    const rates = Array.from({ length: steps }, (_, i) => rateOfStep(range, step + i))
    const scalars = Float32Array.from(rates.flatMap((rate) => advanceClock(clock, optimizer, rate)))
    const began = performance.now()
    const { losses } = await executor.run({ epoch, order: order as Uint32Array, firstStep, steps, scalars })
    millisecondsPerStep = Math.max(performance.now() - began, 1e-3) / steps
    // The steps after one that diverged do not count, so that the length of chunks does not matter.
    if (!rates.every((rate, i) => curve.add(rate, losses[i] as number))) stopped = 'diverged'
    step += steps
    const [rate, loss] = [rates.at(-1) as number, losses.at(-1) as number]
    onProgress?.({ step, steps: range.steps, rate, loss, executor: executor.name })
  }
  const { rates, losses, smoothed } = curve
  return {
    rates,
    losses,
    smoothed,
    ...suggestRates(rates, smoothed, range.steps),
    stopped,
    executor: executor.name,
    notes: run.selection.notes,
  }
}
