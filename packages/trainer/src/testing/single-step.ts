import type { LayersModel } from '@tensorflow/tfjs-layers'
import { advanceClock, learningRateAt, startClock, type Optimizer } from '@treadle/optim'
import type { Arrays, ModelSamples } from '../data/arrays.ts'
import { inputShapes } from '../data/check.ts'
import type { ExecutorName, ExecutorState } from '../executors/executor.ts'
import { selectExecutor } from '../executors/select.ts'
import { resolveHeads, type LossOptionOfOutputs } from '../losses/resolve.ts'
import { findPenalties } from '../regularizers.ts'

export interface SingleStep {
  readonly model: LayersModel
  readonly executor?: 'auto' | ExecutorName
  readonly optimizer: Optimizer
  /** The default is 'auto', which treats an Int32Array `y` as class indices and a Float32Array as targets of a table. */
  readonly loss?: LossOptionOfOutputs
  readonly lossWeights?: Arrays<number>
  /** Values of `model.weights`, in that order: trainable ones first. */
  readonly weights: ExecutorState['weights']
  /** 'momentum' and 'velocity' in `model.trainableWeights` order; see `slotNames`. */
  readonly slots: ExecutorState['slots']
  /** Steps before this step: 0 for the first. */
  readonly t: number
  readonly batch: {
    /** Row-major, shape [rows, …input shape], pixels already scaled; one for each input of several. */
    readonly x: Float32Array | readonly Float32Array[]
    /** Class indices [rows] or targets [rows, units]; one for each output of several. */
    readonly y: Int32Array | Float32Array | readonly (Int32Array | Float32Array)[]
    readonly sampleWeight?: Float32Array
  }
  /** One mask for each dropout layer, over its input's elements: 1 kept, 0 dropped. Random by `seedStream` if absent. */
  readonly masks?: readonly Uint8Array[]
  readonly seedStream?: { readonly seed: number; readonly epoch: number; readonly step: number }
}

export interface SingleStepResult {
  readonly executor: ExecutorName
  /** Before the update, with dropout on and regularization losses included. */
  readonly loss: number
  /** Sum of correct predictions or of absolute errors, of the first output. */
  readonly metricSum: number
  /** For each output. */
  readonly outputs: readonly { readonly loss: number; readonly metricSum: number }[]
  /** In `model.trainableWeights` order, before clipping. */
  readonly gradients: readonly Float32Array[]
  readonly weights: ExecutorState['weights']
  readonly slots: ExecutorState['slots']
}

/** Runs one training step from a given state. The weights of the model are overwritten. For fidelity tests. */
export async function singleStep(options: SingleStep): Promise<SingleStepResult> {
  const { model, optimizer, batch, seedStream } = options
  const shapes = inputShapes(model)
  const x = ArrayBuffer.isView(batch.x) ? [batch.x] : batch.x
  const y = ArrayBuffer.isView(batch.y) ? [batch.y] : batch.y
  const rows = (x[0]?.length ?? 0) / (shapes[0] ?? []).reduce((product, d) => product * d, 1)
  const samples = asSamples(x, y, shapes, rows)
  const heads = resolveHeads(model, options, samples)
  const plan = {
    model,
    heads,
    metrics: heads.map(() => []),
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
    const { loss, outputs, gradients } = await executor.trace({
      rows,
      x,
      y,
      ...(batch.sampleWeight && { sampleWeight: batch.sampleWeight }),
      ...(options.masks && { masks: options.masks }),
      epoch: seedStream?.epoch ?? 0,
      step: seedStream?.step ?? 0,
      scalars: advanceClock(clock, optimizer, rateOf(options.t)),
    })
    const metricSum = outputs[0]?.metricSum as number
    return { executor: executor.name, loss, metricSum, outputs, gradients, ...executor.save() }
  } finally {
    executor.dispose()
  }
}

/** The batch as samples; executors only use its shape. */
function asSamples(
  inputs: readonly Float32Array[],
  targets: readonly (Int32Array | Float32Array)[],
  shapes: readonly (readonly number[])[],
  count: number,
): ModelSamples {
  const [x, ...others] = inputs as [Float32Array]
  const [y, ...more] = targets as [Float32Array]
  if (others.length > 0 || more.length > 0) return { kind: 'arrays', inputs, targets, count }
  if ((y as Float32Array | Int32Array) instanceof Int32Array) {
    const [height = 1, width = 1, channels = 1] = shapes[0] as number[]
    const labels = targets[0] as Int32Array
    return { kind: 'images', images: new Uint8Array(x.length), labels, count, height, width, channels }
  }
  return { kind: 'table', features: x, targets: y, count, width: x.length / count, outputs: y.length / count }
}
