import { TreadleError, type Samples } from '@treadle/core'
import { type Head, losses } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { rowSize } from './rows.ts'

/**
 * Throws unless `samples` are whole, not empty, and of the shape that the model takes and gives.
 * @param what how to name the data in a message: "the training data"
 * @throws TreadleError `TRAINER_BAD_DATA`, `TRAINER_SHAPE_MISMATCH`, `TRAINER_BAD_LABEL`
 */
export function checkSamples(samples: Samples, model: LayersModel, head: Head, what: string): void {
  checkWhole(samples, what, true)
  checkInputShape(samples, model, what)
  checkTargets(samples, head, what)
}

/** The same for inputs alone: labels and targets may be missing. */
export function checkInputs(samples: Samples, model: LayersModel, what: string): void {
  checkWhole(samples, what, false)
  checkInputShape(samples, model, what)
}

function checkWhole(samples: Samples, what: string, targets: boolean): void {
  const bad = (problem: string) => {
    throw new TreadleError('TRAINER_BAD_DATA', `${what}: ${problem}`)
  }
  if (samples?.kind !== 'images' && samples?.kind !== 'table') {
    bad(
      "must be LabelledImages or a Table (an object whose `kind` is 'images' or 'table'), or a data set of them.",
    )
  }
  if (!Number.isInteger(samples.count) || samples.count < 0)
    bad(`\`count\` (=${samples.count}) must be a whole number.`)
  if (samples.count === 0) bad('has no rows; give at least one.')
  const arrays: [
    name: string,
    array: unknown,
    type: { name: string; new (n: number): ArrayLike<number> },
    length: number,
  ][] =
    samples.kind === 'images'
      ? [
          ['images', samples.images, Uint8Array, samples.count * rowSize(samples)],
          ['labels', samples.labels, Int32Array, samples.count],
        ]
      : [
          ['features', samples.features, Float32Array, samples.count * samples.width],
          ['targets', samples.targets, Float32Array, samples.count * samples.outputs],
        ]
  for (const [name, array, type, length] of targets ? arrays : arrays.slice(0, 1)) {
    if (!(array instanceof type)) bad(`\`${name}\` must be a ${type.name}, not ${kindOf(array)}.`)
    const met = (array as ArrayLike<number>).length
    if (met !== length) bad(`\`${name}\` holds ${met} values, but ${samples.count} rows need ${length}.`)
  }
  if (samples.kind === 'table') {
    for (const name of targets ? (['features', 'targets'] as const) : (['features'] as const)) {
      const at = samples[name].findIndex((v) => !Number.isFinite(v))
      const width = name === 'features' ? samples.width : samples.outputs
      if (at >= 0)
        bad(`\`${name}\` row ${Math.floor(at / width)} holds ${samples[name][at]}; replace or drop it first.`)
    }
  }
}

function kindOf(value: unknown): string {
  return value === null || typeof value !== 'object' ? String(value) : value.constructor.name
}

/** The shape of one row that the model takes, without the batch. */
export function inputShape(model: LayersModel): readonly number[] {
  return (model.inputs[0]?.shape.slice(1) ?? []) as number[]
}

function checkInputShape(samples: Samples, model: LayersModel, what: string): void {
  const takes = inputShape(model)
  const gives =
    samples.kind === 'images' ? [samples.height, samples.width, samples.channels] : [samples.width]
  const size = rowSize(samples)
  const fitting = [gives.join(), String(size)]
  if (samples.kind === 'images' && samples.channels === 1) fitting.push(gives.slice(0, 2).join())
  if (fitting.includes(takes.join())) return
  throw new TreadleError(
    'TRAINER_SHAPE_MISMATCH',
    `${what}: rows have shape [${gives.join(', ')}], but the model's input \`${model.inputs[0]?.name}\` takes ` +
      `[${takes.join(', ')}]. Give data of that shape, or build the model with inputShape [${gives.join(', ')}].`,
  )
}

function checkTargets(samples: Samples, head: Head, what: string): void {
  const sparse = head.loss === 'sparseCategoricalCrossentropy'
  const values = samples.kind === 'images' ? samples.labels : samples.targets
  const width = samples.kind === 'images' ? 1 : samples.outputs
  const wanted = sparse ? 1 : head.units
  if (width !== wanted) {
    throw new TreadleError(
      'TRAINER_SHAPE_MISMATCH',
      `${what}: each row has ${width} target${width === 1 ? '' : 's'}, but ${head.loss} of a model with ${head.units} ` +
        `output${head.units === 1 ? '' : 's'} needs ${wanted}.` +
        (samples.kind === 'images' ? ' For class indices use sparseCategoricalCrossentropy.' : ''),
    )
  }
  const classes = sparse
    ? head.units
    : head.loss === 'binaryCrossentropy' && samples.kind === 'images'
      ? 2
      : undefined
  if (classes !== undefined) {
    const at = values.findIndex((v) => !(Number.isInteger(v) && v >= 0 && v < classes))
    if (at >= 0) {
      throw new TreadleError(
        'TRAINER_BAD_LABEL',
        `${what}: label ${values[at]} of row ${at} is not a class index; a model with ${head.units} ` +
          `output${head.units === 1 ? '' : 's'} under ${head.loss} takes 0 to ${classes - 1}. Check the labels or the model's last layer.`,
      )
    }
  } else if (losses[head.loss].activation !== undefined) {
    const at = values.findIndex((v) => !(v >= 0 && v <= 1))
    if (at >= 0) {
      throw new TreadleError(
        'TRAINER_BAD_LABEL',
        `${what}: target ${values[at]} of row ${Math.floor(at / width)} is not a probability; ${head.loss} takes 0 to 1.`,
      )
    }
  }
}
