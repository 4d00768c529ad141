import type { LayersModel } from '@tensorflow/tfjs-layers'
import { advanceClock, learningRateAt, startClock, type Optimizer } from '@treadle/optim'
import type { Samples } from '@treadle/core'
import { inputShape } from '../data/check.ts'
import type { ExecutorName, ExecutorState } from '../executors/executor.ts'
import { selectExecutor } from '../executors/select.ts'
import { resolveHead, type LossOption } from '../losses/resolve.ts'
import { findPenalties } from '../regularizers.ts'

export interface SingleStep {
  readonly model: LayersModel
  readonly executor?: 'auto' | ExecutorName
  readonly optimizer: Optimizer
  /** 'auto' by default: `y` of Int32Array counts as class indices, of Float32Array as a table's targets. */
  readonly loss?: LossOption
  /** Values of `model.weights`, in that order: trainable ones first. */
  readonly weights: ExecutorState['weights']
  /** 'momentum' and 'velocity' by `model.trainableWeights`; see `slotNames`. */
  readonly slots: ExecutorState['slots']
  /** Steps taken before this one: 0 for the first. */
  readonly t: number
  readonly batch: {
    /** Row-major, shape [rows, …input shape], as the first layer takes it (pixels already scaled). */
    readonly x: Float32Array
    /** Class indices [rows] or targets [rows, units]. */
    readonly y: Int32Array | Float32Array
    readonly sampleWeight?: Float32Array
  }
  /** One for each dropout layer, over its input's elements: 1 kept, 0 dropped. Drawn by `seedStream` if absent. */
  readonly masks?: readonly Uint8Array[]
  readonly seedStream?: { readonly seed: number; readonly epoch: number; readonly step: number }
}

export interface SingleStepResult {
  readonly executor: ExecutorName
  /** Before the update, dropout on, penalties included. */
  readonly loss: number
  /** Rows classified rightly, or absolute errors. */
  readonly metricSum: number
  /** By `model.trainableWeights`, before clipping. */
  readonly gradients: readonly Float32Array[]
  readonly weights: ExecutorState['weights']
  readonly slots: ExecutorState['slots']
}

/** Runs one training step from a given state. The model's own weights are overwritten. For tests of fidelity. */
export async function singleStep(options: SingleStep): Promise<SingleStepResult> {
  const { model, optimizer, batch, seedStream } = options
  const shape = inputShape(model)
  const rows = batch.x.length / shape.reduce((product, d) => product * d, 1)
  const samples = asSamples(batch, shape, rows)
  const head = resolveHead(model, options.loss ?? 'auto', samples)
  const plan = {
    model,
    head,
    optimizer,
    penalties: findPenalties(model),
    batchSize: rows,
    seed: seedStream?.seed ?? 0,
    samples,
  }
  const { factory } = selectExecutor(plan, options.executor ?? 'auto')
  const executor = await factory.create(plan)
  try {
    executor.load({ weights: options.weights, slots: options.slots })
    const clock = startClock(optimizer)
    const rateOf = (iteration: number) =>
      learningRateAt(optimizer.learningRate, { iteration, stepsPerEpoch: 1 })
    for (let i = 0; i < options.t; i++) advanceClock(clock, optimizer, rateOf(i))
    const { loss, metricSum, gradients } = await executor.trace({
      rows,
      x: batch.x,
      y: batch.y,
      ...(batch.sampleWeight && { sampleWeight: batch.sampleWeight }),
      ...(options.masks && { masks: options.masks }),
      epoch: seedStream?.epoch ?? 0,
      step: seedStream?.step ?? 0,
      scalars: advanceClock(clock, optimizer, rateOf(options.t)),
    })
    return { executor: executor.name, loss, metricSum, gradients, ...executor.save() }
  } finally {
    executor.dispose()
  }
}

/** The batch as data of the right kind; executors only look at its shape. */
function asSamples({ x, y }: SingleStep['batch'], shape: readonly number[], count: number): Samples {
  if (y instanceof Int32Array) {
    const [height = 1, width = 1, channels = 1] = shape
    return { kind: 'images', images: new Uint8Array(x.length), labels: y, count, height, width, channels }
  }
  return { kind: 'table', features: x, targets: y, count, width: x.length / count, outputs: y.length / count }
}
