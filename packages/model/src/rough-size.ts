import { readGraph } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { WeightSpec } from './model-json.ts'
import type { CompleteLimits } from './model-limits.ts'

const product = (sizes: readonly (number | null)[]): number =>
  sizes.reduce<number>((whole, size) => whole * (size ?? 1), 1)

const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0)

/** Memory for the activations of the samples that go through a compiled network together. */
const BATCH_BYTES = 2 ** 27
/** The most samples at once: more are no faster. */
const MOST_SAMPLES = 64

/**
 * How many samples go through a compiled network at once, 1 to 64: fewer where one takes much memory. It is estimated from
 * above, as if all activations were held at the same time, with channels padded to four.
 */
export function samplesAtOnce(model: LayersModel): number {
  const shapes = readGraph(model).nodes.flatMap(({ outputShapes }) => outputShapes)
  const values = total(
    shapes.map((shape) => product(shape.slice(0, -1)) * 4 * Math.ceil((shape.at(-1) ?? 1) / 4)),
  )
  return Math.max(1, Math.min(MOST_SAMPLES, Math.floor(BATCH_BYTES / (4 * values))))
}

/** Values that a window of pooling takes. */
const MOST_OF_A_WINDOW = 2 ** 10

/**
 * Whether a network is within its limits by a bound from above: as if all activations were held at the same time. `NetworkSizes` counts exactly.
 */
export function isWithin(
  model: LayersModel,
  specs: readonly WeightSpec[],
  { maxParameters, maxBytes, maxOperations }: CompleteLimits,
): boolean {
  const parameters = total(model.weights.map(({ shape }) => product(shape)))
  // Optimizers have at most three values for each of the model's.
  const surplus = total(specs.map(({ shape }) => product(shape))) > 4 * parameters + 4096
  const nodes = readGraph(model).nodes.map(({ layer, inputShapes, outputShapes }) => {
    const shapes = [...inputShapes, ...outputShapes]
    const positions = Math.max(1, ...shapes.map((shape) => product(shape.slice(0, -1))))
    const weights = total(layer.weights.map(({ shape }) => product(shape)))
    return { values: total(shapes.map(product)), products: weights * positions }
  })
  const values = total(nodes.map((node) => node.values))
  const operations = total(nodes.map((node) => node.products)) + MOST_OF_A_WINDOW * values
  return !surplus && parameters <= maxParameters && 4 * values <= maxBytes && operations <= maxOperations
}
