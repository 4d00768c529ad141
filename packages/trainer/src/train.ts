import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { Purpose, RandomStream, TreadleError, permutation, type History } from '@treadle/core'
import { AVERAGE, advanceClock, learningRateAt, startClock, type OptimizerClock } from '@treadle/optim'
import { breathe } from '#platform'
import { occupy } from './busy.ts'
import { watch, type StoppingState } from './early-stopping.ts'
import type { DoneEvent, EpochEvent, Logs, ProgressEvent, TrainEvent, TrainResult } from './events.ts'
import type { ModelSamples } from './data/arrays.ts'
import { evaluationsOf, type ClassifierEvaluation, type TableEvaluation } from './evaluation.ts'
import type { Executor, ExecutorState, OutputResult } from './executors/executor.ts'
import { gatherTargets, targetColumns } from './data/rows.ts'
import { mostSteps } from './data/stored.ts'
import { totalLoss } from './losses/score.ts'
import { addSamples, sumsOf, valuesOf } from './metrics/measure.ts'
import type { TrainingData, TrainOptions } from './options.ts'
import { penaltyLoss } from './regularizers.ts'
import { logNames, prepareRun, type Run } from './run.ts'
import { scoreSamples, type SampleScores } from './score-samples.ts'
import { evaluationWeights } from './state/evaluation-weights.ts'
import { describeWeights, resumeClock } from './state/resume.ts'
import type { RunningSums, TrainingState } from './state/state.ts'

/** Target duration of a chunk of steps. It limits the delay of progress events and of an abort. */
const CHUNK_MILLISECONDS = 50
/** Samples of one inference call in validation. */
const VALIDATION_ROWS = 256

/**
 * Trains a model and yields events. The semantics are those of Keras's `fit`: every epoch uses every sample, including
 * the last partial batch; training metrics are running averages over samples with dropout on; validation runs with
 * dropout off. At every event the model holds the current weights. They are copied into its variables when a variable
 * is read: `getWeights`, `predict`, `save`. Leaving the loop early ends the run; so does the signal.
 *
 * @param model built, with outputs of shape [null, units]; `model.compile` is not needed
 * @param data images of shape [count, height, width, channels] (bytes, which `train` scales to [0, 1]), a table, or
 * `ArraySamples` for several inputs or outputs
 * @returns an async generator of `progress` and `epoch` events and one final `done` event, which is also its result
 * @throws TreadleError immediately if model, data or options are invalid; from the generator: `TRAINER_MODEL_BUSY` if
 * another run trains the model, `TRAINER_BACKEND_LOST` if tfjs's active backend changes, and `TRAINER_NAN_LOSS` if the
 * loss, a metric of the validation or a weight is not finite (the model then gets the weights from before the current
 * epoch)
 *
 * @example
 * for await (const event of train(model, data, { epochs: 10, seed: 1 })) {
 *   if (event.type === 'epoch') console.log(event.epoch + 1, event.logs)
 * }
 */
export function train(
  model: LayersModel,
  data: TrainingData,
  options: TrainOptions = {},
): AsyncGenerator<TrainEvent, TrainResult, void> {
  return exclusively(model, prepareRun(model, data, options), options)
}

async function* exclusively(
  model: LayersModel,
  run: Run,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, TrainResult, void> {
  const release = occupy('train', model)
  let executor: Executor | undefined
  try {
    executor = await run.selection.factory.create(run.plan)
    return yield* new TrainingLoop(run, executor, options).events()
  } finally {
    executor?.dispose()
    release()
  }
}

class TrainingLoop {
  readonly #run: Run
  readonly #executor: Executor
  readonly #signal: AbortSignal | undefined
  readonly #steps: number
  readonly #started = performance.now()
  readonly #clock: OptimizerClock
  readonly #history: History
  /** The weights and slots from before the current epoch, which a loss that is not finite restores. */
  #before: ExecutorState | undefined
  #stopping: StoppingState
  readonly #firstEpoch: number
  #epoch: number
  #step: number
  #sums: RunningSums
  /** Of the running averages. */
  readonly #names: readonly string[]
  /** Validation of the current weights and, with early stopping, of the best weights. */
  #validation: Validation | undefined
  #bestValidation: Validation | undefined
  #millisecondsPerStep = CHUNK_MILLISECONDS
  #learningRate = 0

  constructor(run: Run, executor: Executor, { resume, after, signal }: TrainOptions) {
    this.#run = run
    this.#executor = executor
    this.#signal = signal
    this.#steps = Math.ceil(run.plan.samples.count / run.plan.batchSize)
    this.#firstEpoch = resume ? (resume.firstEpoch ?? 0) : (after?.epoch ?? 0)
    this.#epoch = (resume ?? after)?.epoch ?? 0
    this.#step = resume?.step ?? 0
    this.#names = logNames(run.plan)
    this.#sums = copySums(resume?.sums ?? this.#noSums())
    this.#clock = resume ? resumeClock(resume.clock, run.plan.optimizer) : startClock(run.plan.optimizer)
    this.#history = copyHistory((resume ?? after)?.history ?? { loss: [] })
    this.#stopping = resume ? { ...(resume.best && { best: resume.best }), wait: resume.wait } : { wait: 0 }
    if (resume) executor.load(resume)
    this.#learningRate = this.#rateOf(Math.max(0, this.#clock.iterations - 1))
  }

  async *events(): AsyncGenerator<TrainEvent, TrainResult, void> {
    while (this.#epoch < this.#run.epochs) {
      const began = performance.now()
      yield* this.#trainEpoch()
      const logs = this.#signal?.aborted ? undefined : await this.#epochLogs()
      if (!logs) return yield* this.#finish('aborted')
      const stop = this.#record(logs)
      yield this.#epochEvent(logs, began)
      if (stop) return yield* this.#finish('early-stopping')
    }
    return yield* this.#finish('finished')
  }

  async *#trainEpoch(): AsyncGenerator<ProgressEvent, void, void> {
    const { seed, samples } = this.#run.plan
    const order = permutation(samples.count, new RandomStream(seed, Purpose.shuffle, { epoch: this.#epoch }))
    this.#before = this.#executor.save()
    while (this.#step < this.#steps) {
      await breathe()
      if (this.#signal?.aborted) return
      yield await this.#runChunk(order)
    }
  }

  async #runChunk(order: Uint32Array): Promise<ProgressEvent> {
    const { batchSize, samples, optimizer } = this.#run.plan
    const wanted = Math.max(1, Math.floor(CHUNK_MILLISECONDS / this.#millisecondsPerStep))
    const steps = Math.min(wanted, this.#steps - this.#step, mostSteps(this.#run.plan))
    const scalars = Array.from({ length: steps }, () => {
      this.#learningRate = this.#rateOf(this.#clock.iterations)
      return advanceClock(this.#clock, optimizer, this.#learningRate)
    })
    this.#checkBackend()
    this.#validation = undefined
    const firstStep = this.#step
    const began = performance.now()
    const { losses, outputs } = await this.#executor.run({
      epoch: this.#epoch,
      order,
      firstStep,
      steps,
      scalars: Float32Array.from(scalars.flat()),
    })
    const milliseconds = Math.max(performance.now() - began, 1e-3)
    this.#millisecondsPerStep = milliseconds / steps
    this.#step += steps
    for (let i = 0; i < steps; i++) {
      if (!Number.isFinite(losses[i]))
        throw this.#notFinite(`the loss became ${losses[i]}`, firstStep + i, scalars[i]?.[0] as number)
      const count = Math.min(batchSize, samples.count - (firstStep + i) * batchSize)
      addStep(this.#sums, losses[i] as number, outputs, i, count)
    }
    this.#measure(order, firstStep, outputs)
    this.#executor.push()
    const count = Math.min(this.#step * batchSize, samples.count) - firstStep * batchSize
    const logs = this.#runningLogs()
    return {
      type: 'progress',
      epoch: this.#epoch,
      step: this.#step,
      steps: this.#steps,
      losses,
      ...logs,
      logs,
      learningRate: this.#learningRate,
      samplesPerSecond: (count * 1000) / milliseconds,
      executor: this.#executor.name,
      notes: this.#run.selection.notes,
    }
  }

  /** Adds the samples of a chunk to the metrics besides those of the heads. */
  #measure(order: Uint32Array, firstStep: number, outputs: readonly OutputResult[]): void {
    const { metrics, heads, samples, batchSize } = this.#run.plan
    if (!this.#sums.metrics) return
    const from = firstStep * batchSize
    const to = Math.min(this.#step * batchSize, samples.count)
    const targets = targetColumns(samples).map((column) => gatherTargets(column, order, from, to))
    const measured = outputs.map((one) => one.outputs as Float32Array)
    addSamples(metrics, heads, measured, targets, this.#sums.metrics)
  }

  /** The running averages of the epoch, by their names. */
  #runningLogs(): Logs {
    const { loss, metric, samples, outputs = [metric], metrics = [] } = this.#sums
    const own = valuesOf(this.#run.plan.metrics, metrics)
    const width = outputs.length / own.length
    const values = own.flatMap((more, i) => [
      ...outputs.slice(width * i, width * (i + 1)).map((sum) => sum / samples),
      ...more,
    ])
    return named(this.#names, [loss / samples, ...values])
  }

  /** Validates, and returns the epoch's metrics; undefined if validation was aborted. */
  async #epochLogs(): Promise<Logs | undefined> {
    const { plan, heads, validation } = this.#run
    const logs = this.#runningLogs()
    if (!validation) {
      this.#checkWeights()
      return logs
    }
    const logits = this.#executor.logits.bind(this.#executor)
    const scores = await scoreSamples(
      logits,
      heads,
      validation,
      VALIDATION_ROWS,
      {
        scores: true,
        logits: this.#executor.infersAsEvaluate && validation.kind !== 'arrays',
        metrics: plan.metrics,
      },
      this.#signal,
    )
    if (!scores) return undefined
    const ofWeights = plan.penalties.length > 0 ? this.#regularizationLoss() : 0
    const regularization = ofWeights + (scores[0]?.activity ?? 0)
    this.#validation = { scores, regularization }
    const values = scores.flatMap(({ loss, metric, metrics }) => [
      ...(heads.length > 1 ? [loss] : []),
      metric,
      ...metrics,
    ])
    const total = totalLoss(heads, scores) + regularization
    const names = this.#names.map((name) => `val_${name}`)
    const validated = named(names, [total, ...values])
    for (const [name, value] of Object.entries(validated)) {
      if (Number.isFinite(value)) continue
      const what = `the ${name} of the validation became ${value}`
      throw this.#notFinite(what, this.#steps - 1, this.#learningRate)
    }
    return { ...logs, ...validated }
  }

  /** Without a validation, nothing else shows that the last step of an epoch overflowed. */
  #checkWeights(): void {
    for (const values of this.#executor.save().weights) {
      const wrong = values.find((value) => !Number.isFinite(value))
      if (wrong !== undefined)
        throw this.#notFinite(`the weights became ${wrong}`, this.#steps - 1, this.#learningRate)
    }
  }

  #regularizationLoss(): number {
    const { model, penalties } = this.#run.plan
    const weights = this.#evaluationWeights()
    const indices = model.trainableWeights.map((weight) => model.weights.indexOf(weight))
    return penaltyLoss(penalties, (i) => weights[indices[i] as number] as Float32Array)
  }

  /** Ends the epoch. Returns true if early stopping ends the run. */
  #record(logs: Logs): boolean {
    const history = this.#history as Record<string, number[]>
    for (const [name, value] of Object.entries(logs)) (history[name] ??= []).push(value)
    const epoch = this.#epoch
    this.#epoch += 1
    this.#step = 0
    this.#sums = this.#noSums()
    if (!this.#run.stopping) return false
    const { state, stop } = watch(this.#run.stopping, this.#stopping, epoch, logs, () =>
      this.#evaluationWeights(),
    )
    this.#stopping = state
    if (state.best?.epoch === epoch) this.#bestValidation = this.#validation
    return stop
  }

  #epochEvent(logs: Logs, began: number): EpochEvent {
    const state = this.#snapshot()
    return {
      type: 'epoch',
      epoch: this.#epoch - 1,
      logs,
      learningRate: this.#learningRate,
      seconds: (performance.now() - began) / 1000,
      state: () => state,
    }
  }

  async *#finish(stopped: TrainResult['stopped']): AsyncGenerator<DoneEvent, TrainResult, void> {
    const state = this.#snapshot()
    const { best } = this.#stopping
    let validation = this.#validation
    if (stopped !== 'aborted' && best && this.#run.stopping?.restoreBestWeights) {
      this.#executor.load({ ...state, weights: best.weights })
      validation = this.#bestValidation
    } else if (AVERAGE in state.slots) {
      this.#executor.load({ ...state, weights: this.#evaluationWeights() })
    }
    this.#executor.push()
    const result: TrainResult = {
      history: copyHistory(this.#history),
      stopped,
      epochs: this.#epoch,
      executor: this.#executor.name,
      notes: this.#run.selection.notes,
      backend: this.#run.backend,
      ...(best && { bestEpoch: best.epoch }),
      seconds: (performance.now() - this.#started) / 1000,
      ...(validation?.scores[0]?.logits && { validation: evaluationLater(this.#run, validation) }),
      state: () => state,
    }
    yield { type: 'done', ...result }
    return result
  }

  #snapshot(): TrainingState {
    return {
      ...this.#executor.save(),
      ...this.#stopping,
      model: describeWeights(this.#run.plan),
      executor: this.#executor.name,
      settings: this.#run.settings,
      clock: { ...this.#clock },
      epoch: this.#epoch,
      ...(this.#firstEpoch > 0 && { firstEpoch: this.#firstEpoch }),
      step: this.#step,
      sums: copySums(this.#sums),
      history: copyHistory(this.#history),
    }
  }

  #noSums(): RunningSums {
    const { heads, metrics } = this.#run.plan
    const { length } = heads
    const size = sumsOf(metrics)
    return {
      loss: 0,
      metric: 0,
      samples: 0,
      ...(length > 1 && { outputs: Array.from({ length: 2 * length }, () => 0) }),
      ...(size > 0 && { metrics: Array.from({ length: size }, () => 0) }),
    }
  }

  #evaluationWeights(): readonly Float32Array[] {
    return evaluationWeights(this.#run.plan.model, this.#executor.save())
  }

  #checkBackend(): void {
    const { backend } = this.#run
    if (tf.getBackend() === backend) return
    throw new TreadleError(
      'TRAINER_BACKEND_LOST',
      `train: the run started on tfjs's backend '${backend}', but in epoch ${this.#epoch + 1} the active backend is '${tf.getBackend()}'. ` +
        'Do not change the backend or dispose the runtime during a run.',
    )
  }

  #rateOf(iteration: number): number {
    return learningRateAt(this.#run.plan.optimizer.learningRate, { iteration, stepsPerEpoch: this.#steps })
  }

  /** Restores the weights from before this epoch. @returns the error that ends the run */
  #notFinite(what: string, step: number, learningRate: number): TreadleError {
    this.#executor.load(this.#before as ExecutorState)
    this.#executor.push()
    return new TreadleError(
      'TRAINER_NAN_LOSS',
      `train: ${what} in epoch ${this.#epoch + 1}, step ${step + 1} of ${this.#steps}, at learning rate ` +
        `${Number(learningRate.toPrecision(6))}. The weights from before this epoch are restored. ` +
        'Lower the learning rate, clip gradients (adam({ globalClipnorm: 1 })), or check the data for extreme values.',
    )
  }
}

/** Result of a validation. */
interface Validation {
  readonly scores: readonly SampleScores[]
  readonly regularization: number
}

/** Computes the outputs from the logits on the first call. */
function evaluationLater(
  { plan, heads, validation }: Run,
  { scores, regularization }: Validation,
): () => ClassifierEvaluation | TableEvaluation {
  let evaluation: TableEvaluation | undefined
  const { model, metrics } = plan
  const evaluated = () =>
    evaluationsOf(model, validation as ModelSamples, heads, scores, regularization, metrics)
  return () => (evaluation ??= evaluated() as TableEvaluation)
}

/** Adds a step of `count` samples: its total loss, and with several outputs loss and metric of each. */
function addStep(
  sums: RunningSums,
  loss: number,
  outputs: readonly OutputResult[],
  step: number,
  count: number,
): void {
  sums.loss += loss * count
  sums.metric += outputs[0]?.metricSums[step] as number
  sums.samples += count
  outputs.forEach(({ losses, metricSums }, i) => {
    if (!sums.outputs) return
    sums.outputs[2 * i]! += (losses[step] as number) * count
    sums.outputs[2 * i + 1]! += metricSums[step] as number
  })
}

function copySums({ outputs, metrics, ...sums }: Readonly<RunningSums>): RunningSums {
  return {
    ...sums,
    ...(outputs && { outputs: [...outputs] }),
    ...(metrics && { metrics: [...metrics] }),
  }
}

function named(names: readonly string[], values: readonly number[]): Logs {
  return Object.fromEntries(names.map((name, i) => [name, values[i] as number])) as Logs
}

function copyHistory(history: History): History {
  return Object.fromEntries(
    Object.entries(history).map(([name, values]) => [name, [...values]]),
  ) as unknown as History
}
