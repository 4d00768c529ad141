import { TreadleError, isArrayOfType, show, typeText } from '@treadle/core'
import type { ArrayType, Samples } from '@treadle/core'
import { type Head, losses } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { inputNames, outputNames, type ListedSamples, type ModelSamples } from './arrays.ts'
import { inputColumns, targetColumns, type Column } from './rows.ts'

/**
 * Throws unless `samples` match the shapes of the model's inputs and outputs, and their targets the losses.
 * @param heads one for each output
 * @param what names the data in a message: "the training data"
 * @throws TreadleError `TRAINER_BAD_DATA`, `TRAINER_SHAPE_MISMATCH`, `TRAINER_BAD_LABEL`
 */
export function checkSamples(
  samples: ModelSamples,
  model: LayersModel,
  heads: readonly Head[],
  what: string,
): void {
  if (samples.kind === 'arrays') checkArrays(samples, model, heads, what)
  else checkInputShape(samples, model, what)
  targetColumns(samples).forEach((column, i) => checkTargets(samples, column, heads[i] as Head, what))
}

/** Like `checkSamples`, for inputs only: labels and targets may be missing. */
export function checkInputs(samples: ModelSamples, model: LayersModel, what: string): void {
  if (samples.kind === 'arrays') return checkArrays(samples, model, [], what)
  checkInputShape(samples, model, what)
}

/** @param heads empty where targets may be missing */
function checkArrays(
  { inputs, targets, count }: ListedSamples,
  model: LayersModel,
  heads: readonly Head[],
  what: string,
): void {
  const bad = (problem: string) => new TreadleError('TRAINER_BAD_DATA', `${what}: ${problem}`)
  if (!Number.isInteger(count) || count < 1)
    throw bad(`\`count\` (=${show(count)}) must be a whole number of at least 1.`)
  const check = (name: string, values: unknown, types: readonly ArrayType[], size: number) => {
    if (!types.some((type) => isArrayOfType(values, type)))
      throw bad(`${name} must be a ${types.join(' or ')}, not ${typeText(values)}.`)
    const array = values as Float32Array
    if (array.length !== count * size)
      throw bad(`${name} holds ${array.length} values, but ${count} samples of ${size} need ${count * size}.`)
    const at = isArrayOfType(array, 'Float32Array') ? array.findIndex((v) => !Number.isFinite(v)) : -1
    if (at >= 0) throw bad(`${name} of sample ${Math.floor(at / size)} must be finite, not ${array[at]}.`)
  }
  inputs.forEach((values, i) => {
    const size = inputShapes(model)[i]?.reduce((a, b) => a * b, 1) as number
    check(`input \`${inputNames(model)[i]}\``, values, ['Uint8Array', 'Float32Array'], size)
  })
  heads.forEach((head, i) => {
    const indices = head.loss === 'custom' && head.units > 1 && targets[i]?.length === count
    const size = head.loss === 'sparseCategoricalCrossentropy' || indices ? 1 : head.units
    check(`the target of \`${outputNames(model)[i]}\``, targets[i], ['Int32Array', 'Float32Array'], size)
  })
}

/** Shape of one sample of each of the model's inputs, without the batch axis. */
export function inputShapes(model: LayersModel): readonly (readonly number[])[] {
  return model.inputs.map(({ shape }) => shape.slice(1) as number[])
}

function checkInputShape(samples: Samples, model: LayersModel, what: string): void {
  const [takes = []] = inputShapes(model)
  const gives =
    samples.kind === 'images' ? [samples.height, samples.width, samples.channels] : [samples.width]
  const [{ size }] = inputColumns(samples) as [Column<Uint8Array | Float32Array>]
  const fitting = [gives.join(), String(size)]
  if (samples.kind === 'images' && samples.channels === 1) fitting.push(gives.slice(0, 2).join())
  if (fitting.includes(takes.join())) return
  throw new TreadleError(
    'TRAINER_SHAPE_MISMATCH',
    `${what}: samples have shape [${gives.join(', ')}], but the model's input \`${model.inputs[0]?.name}\` takes ` +
      `[${takes.join(', ')}]. Give data of that shape, or build the model with inputShape [${gives.join(', ')}].`,
  )
}

function checkTargets(
  samples: ModelSamples,
  { values, size: width }: Column<Int32Array | Float32Array>,
  head: Head,
  what: string,
): void {
  const sparse =
    head.loss === 'sparseCategoricalCrossentropy' || (head.loss === 'custom' && head.units > 1 && width === 1)
  const wanted = sparse ? 1 : head.units
  if (width !== wanted) {
    throw new TreadleError(
      'TRAINER_SHAPE_MISMATCH',
      `${what}: each sample has ${width} target${width === 1 ? '' : 's'}, but ${head.loss} of a model with ${head.units} ` +
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
        `${what}: label ${values[at]} of sample ${at} is not a class index; a model with ${head.units} ` +
          `output${head.units === 1 ? '' : 's'} and ${head.loss} takes 0 to ${classes - 1}. Check the labels or the model's last layer.`,
      )
    }
  } else if (head.loss !== 'custom' && losses[head.loss].activation !== undefined) {
    const at = values.findIndex((v) => !(v >= 0 && v <= 1))
    if (at >= 0) {
      throw new TreadleError(
        'TRAINER_BAD_LABEL',
        `${what}: target ${values[at]} of sample ${Math.floor(at / width)} is not a probability; ${head.loss} takes 0 to 1.`,
      )
    }
  }
}
