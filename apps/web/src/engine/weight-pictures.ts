import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { WeightPictures } from './protocol.ts'

/**
 * The weights that are connected to the pixels, as images. There are three kinds: the weights of a first dense layer,
 * which is applied to each row of the image (or to the flattened image), the filters of a first convolution, and in a
 * wide network the weights that connect the output directly with the image.
 */
export function weightPictures(model: LayersModel, classNames: readonly string[]): WeightPictures[] {
  const [height, width] = model.inputs[0]?.shape.slice(1) ?? []
  if (!height || !width) return []
  return [wide(model, classNames, height, width), first(model, height, width), filters(model)].filter(
    (pictures) => pictures !== undefined,
  )
}

/** Transposes a kernel [inputs, units] to one image per unit: [units, inputs]. */
function transposed(kernel: Float32Array, inputs: readonly number[], units: number): Float32Array {
  const out = new Float32Array(units * inputs.length)
  for (let unit = 0; unit < units; unit++)
    inputs.forEach((input, i) => {
      out[unit * inputs.length + i] = kernel[input * units + unit] as number
    })
  return out
}

function kernelOf(layer: LayersModel['layers'][number]) {
  const weight = layer.weights.find(({ shape }) => shape.length === 2)
  if (!weight) return undefined
  const [inputs, units] = weight.shape as [number, number]
  return { inputs, units, values: weight.read().dataSync<'float32'>() }
}

function first(model: LayersModel, height: number, width: number): WeightPictures | undefined {
  const layer = model.layers.find((one) => one.weights.length > 0)
  const kernel = layer && kernelOf(layer)
  if (!layer || !kernel) return undefined
  const rows = kernel.inputs === height * width ? height : kernel.inputs === width ? 1 : 0
  if (rows === 0) return undefined
  const inputs = Array.from({ length: kernel.inputs }, (_, i) => i)
  return {
    title:
      rows === 1
        ? `The first layer: ${kernel.units} units, each applied to every row of the image`
        : 'The first layer',
    layer: layer.name,
    names: Array.from({ length: kernel.units }, (_, unit) => `Unit ${unit + 1}`),
    height: rows,
    width,
    channels: 1,
    values: transposed(kernel.values, inputs, kernel.units),
  }
}

function filters(model: LayersModel): WeightPictures | undefined {
  const layer = model.layers.find((one) => one.weights.length > 0)
  const kernel = layer?.getClassName() === 'Conv2D' ? layer.weights[0] : undefined
  const [height = 0, width = 0, channels = 0, count = 0] = (kernel?.shape as number[] | undefined) ?? []
  if (!layer || !kernel || (channels !== 1 && channels !== 3)) return undefined
  const inputs = Array.from({ length: height * width * channels }, (_, i) => i)
  return {
    title: `The first layer: ${count} filters of ${height} × ${width} pixels`,
    layer: layer.name,
    names: Array.from({ length: count }, (_, filter) => `Filter ${filter + 1}`),
    height,
    width,
    channels,
    values: transposed(kernel.read().dataSync<'float32'>(), inputs, count),
  }
}

function wide(
  model: LayersModel,
  classNames: readonly string[],
  height: number,
  width: number,
): WeightPictures | undefined {
  const output = model.layers.at(-1)
  const joined = model.layers.find((layer) => layer.getClassName() === 'Concatenate')
  const [node] = joined?.inboundNodes ?? []
  const kernel = output && kernelOf(output)
  if (!output || !kernel || !node || kernel.units !== classNames.length) return undefined
  // The image must be the first input of the concatenation, row by row.
  const [image] = node.inputShapes as (number | null)[][]
  const seesImage = node.inboundLayers[0]?.getClassName() === 'InputLayer'
  if (!seesImage || image?.[1] !== height || image[2] !== width) return undefined
  const across = kernel.inputs / height
  const inputs = Array.from(
    { length: height * width },
    (_, i) => Math.floor(i / width) * across + (i % width),
  )
  return {
    title: 'The weights from the pixels directly to each class',
    layer: output.name,
    names: classNames,
    height,
    width,
    channels: 1,
    values: transposed(kernel.values, inputs, kernel.units),
  }
}
