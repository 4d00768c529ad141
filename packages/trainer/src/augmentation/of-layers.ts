import { TreadleError, show } from '@treadle/core'
import { readGraph, type Fields, type Graph, type LayerNode } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ModelSamples } from '../data/arrays.ts'
import { brightness } from './brightness.ts'
import { contrast } from './contrast.ts'
import { type Flip, flip } from './flip.ts'
import type { Augmentation } from './index.ts'
import { rotate } from './rotate.ts'
import { translate } from './translate.ts'
import { zoom } from './zoom.ts'

/** The smallest and the largest value that a layer gets. */
type Range = readonly [low: number, high: number]

/** What each of Keras's layers does, as an augmentation of bytes. `refuse` throws. */
const meanings: Readonly<
  Record<string, (fields: Fields, range: Range, refuse: (problem: string) => never) => Augmentation>
> = {
  RandomBrightness({ factor, valueRange }, range, refuse) {
    checkRange(valueRange, range, refuse)
    return brightness(around(factor, 'factor', refuse))
  },
  RandomContrast({ factor, valueRange }, range, refuse) {
    checkRange(valueRange, range, refuse)
    const [lower, upper] = Array.isArray(factor) ? (factor as number[]) : [factor, factor]
    return contrast(lower === upper ? Number(lower) : uneven('factor', factor, refuse))
  },
  RandomFlip: ({ mode }) => flip((mode ?? 'horizontal_and_vertical') as Flip),
  RandomRotation(fields, _, refuse) {
    checkResampling(fields, refuse)
    const turns = around(fields['factor'], 'factor', refuse)
    return turns <= 0.5
      ? rotate(360 * turns)
      : refuse(`\`factor\` (=${turns}) must be at most 0.5, half a turn`)
  },
  RandomTranslation(fields, _, refuse) {
    checkResampling(fields, refuse)
    const { heightFactor, widthFactor } = fields
    const [height, width] = [
      around(heightFactor, 'height_factor', refuse),
      around(widthFactor, 'width_factor', refuse),
    ]
    return height === width
      ? translate(height)
      : refuse(`\`height_factor\` (=${height}) and \`width_factor\` (=${width}) must be equal`)
  },
  RandomZoom(fields, _, refuse) {
    checkResampling(fields, refuse)
    const { heightFactor, widthFactor } = fields
    if (widthFactor !== undefined && widthFactor !== null)
      refuse(
        `\`width_factor\` (=${show(widthFactor)}) must be None, which keeps the ratio of height and width`,
      )
    const factor = around(heightFactor, 'height_factor', refuse)
    return factor < 1 ? zoom(factor) : refuse(`\`height_factor\` (=${factor}) must be below 1`)
  },
}

/** The strength of a factor from −f to f: a number, or both bounds. */
function around(factor: unknown, name: string, refuse: (problem: string) => never): number {
  if (typeof factor === 'number') return Math.abs(factor)
  const [low, high] = factor as readonly number[]
  return low === -(high as number) ? Math.abs(high as number) : uneven(name, factor, refuse)
}

const uneven = (name: string, factor: unknown, refuse: (problem: string) => never): never =>
  refuse(`\`${name}\` (=${show(factor)}) must be as large in both directions`)

function checkResampling({ fillMode, interpolation }: Fields, refuse: (problem: string) => never): void {
  if ((fillMode ?? 'reflect') !== 'reflect') refuse(`\`fill_mode\` (=${show(fillMode)}) must be 'reflect'`)
  if ((interpolation ?? 'bilinear') !== 'bilinear')
    refuse(`\`interpolation\` (=${show(interpolation)}) must be 'bilinear'`)
}

function checkRange(valueRange: unknown, [low, high]: Range, refuse: (problem: string) => never): void {
  const given = (valueRange ?? [0, 255]) as Range
  if (given[0] !== low || given[1] !== high)
    refuse(
      `\`value_range\` (=[${given.join(', ')}]) must be the range of the values it gets, which is [${low}, ${high}]: \`fit\` scales bytes to [0, 1]`,
    )
}

/**
 * The augmentations that the first layers of a model stand for: Keras's `RandomFlip` and the like, after nothing but
 * `Rescaling` and a `Reshape` that adds the channel. They change bytes, before the network; the layers themselves then
 * pass images on. Random numbers are those of the run: the layers' seeds are not used.
 *
 * @throws TreadleError `TRAINER_UNSUPPORTED_MODEL` for such a layer at another place, with settings that no
 * augmentation has, or in a training on other data than images
 */
export function augmentationOfLayers(model: LayersModel, { kind }: ModelSamples): readonly Augmentation[] {
  const graph = readGraph(model)
  const all = graph.nodes.filter((node) => node.config.kind === 'Augmentation' && !node.inference)
  const [first] = all
  if (!first) return []
  if (kind !== 'images')
    refusal(first, `changes images, but the training data are ${kind === 'table' ? 'a table' : 'arrays'}`)
  const list: Augmentation[] = []
  const found = new Set<LayerNode>()
  let range: Range = [0, 1]
  for (const node of beginning(graph)) {
    const { config } = node
    if (
      config.kind === 'Rescaling' &&
      typeof config.scale === 'number' &&
      typeof config.offset === 'number'
    ) {
      const ends = range.map((value) => value * Number(config.scale) + Number(config.offset))
      range = [Math.min(...ends), Math.max(...ends)]
    } else if (config.kind === 'Augmentation') {
      found.add(node)
      if (node.inference) continue
      const meaning = meanings[node.className] as (typeof meanings)[string]
      list.push(
        meaning(config.fields, range, (problem) => refusal(node, `cannot be used in training: ${problem}`)),
      )
    } else if (!(config.kind === 'Reshape' && addsChannel(node))) break
  }
  const elsewhere = all.find((node) => !found.has(node))
  if (elsewhere)
    refusal(
      elsewhere,
      'can only be used in training at the beginning of a network with one input, after nothing but other such layers, Rescaling by one number and a Reshape that adds the channel',
    )
  return list
}

/** The calls after the only input, as long as each has one reader. */
function* beginning({ nodes, inputs }: Graph): Generator<LayerNode> {
  let [at, more] = inputs
  while (at !== undefined && more === undefined) {
    const from = at
    const readers = nodes.flatMap((node, i) => (node.inputs.some((input) => input.node === from) ? [i] : []))
    ;[at, more] = readers
    if (at !== undefined && more === undefined) yield nodes[at] as LayerNode
  }
}

const addsChannel = ({ inputShapes: [from = []], outputShapes: [to = []] }: LayerNode): boolean =>
  to.length === 3 && [...from, 1].join() === to.join()

function refusal({ name, className }: LayerNode, problem: string): never {
  throw new TreadleError('TRAINER_UNSUPPORTED_MODEL', `train: layer \`${name}\` (${className}) ${problem}.`)
}
