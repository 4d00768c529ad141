import * as tfl from '@tensorflow/tfjs-layers'
import { fc } from '@fast-check/vitest'

const { layers } = tfl
type Value = tfl.SymbolicTensor

/** What to add next, with numbers that settle how. */
const steps = fc.record({
  shape: fc.constantFrom<number[]>([7, 6, 1], [6, 6, 2], [8, 5, 3]),
  flat: fc.boolean(),
  body: fc.array(
    fc.record({
      kind: fc.constantFrom(
        'conv',
        'depthwise',
        'separable',
        'norm',
        'activation',
        'max',
        'average',
        'drop',
        'add',
        'join',
        'block',
        'shared',
        'pad',
      ),
      a: fc.nat(3),
      b: fc.nat(3),
      same: fc.boolean(),
    }),
    { minLength: 1, maxLength: 7 },
  ),
  end: fc.constantFrom('flatten', 'average', 'max'),
  classes: fc.integer({ min: 2, max: 5 }),
})
type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never

const activations = ['relu', 'tanh', 'sigmoid', 'swish'] as const

function convolve(x: Value, a: number, b: number, padding: 'same' | 'valid'): Value {
  const kernelSize = [1 + (a % 3), 1 + (b % 3)]
  const fits = padding === 'same' || kernelSize.every((size, axis) => size <= (x.shape[axis + 1] as number))
  return layers
    .conv2d({
      filters: 1 + b,
      kernelSize: fits ? kernelSize : 1,
      strides: 1 + (a % 2),
      padding,
      activation: activations[b] ?? 'relu',
    })
    .apply(x) as Value
}

function add(x: Value, { kind, a, b, same }: Steps['body'][number]): Value {
  const padding = same ? 'same' : 'valid'
  const channels = x.shape.at(-1) as number
  const small = (x.shape[1] as number) < 2 || (x.shape[2] as number) < 2
  const apply = (layer: { apply(on: Value): unknown }) => layer.apply(x) as Value
  const conv = () => layers.conv2d({ filters: channels, kernelSize: 3, padding: 'same' }).apply(x) as Value
  switch (kind) {
    case 'conv':
      return convolve(x, a, b, padding)
    case 'depthwise':
      return apply(
        layers.depthwiseConv2d({ kernelSize: 1 + (small ? 0 : 1), padding, depthMultiplier: 1 + (a % 2) }),
      )
    case 'separable':
      return apply(layers.separableConv2d({ filters: 1 + b, kernelSize: 1 + (small ? 0 : 1), padding }))
    case 'norm':
      return apply(layers.batchNormalization({ center: a > 0, scale: b > 0 }))
    case 'activation':
      return apply(layers.activation({ activation: activations[a] ?? 'relu' }))
    case 'max':
      return small ? x : apply(layers.maxPooling2d({ poolSize: 2, strides: 1 + (a % 2), padding }))
    case 'average':
      return small ? x : apply(layers.averagePooling2d({ poolSize: 2, strides: 1 + (a % 2) }))
    case 'drop':
      return apply(layers.dropout({ rate: 0.25 }))
    case 'add':
      return layers.add().apply([x, conv()]) as Value
    case 'join':
      return layers.concatenate({ axis: 1 + (a % 3) }).apply([x, conv(), x]) as Value
    case 'pad':
      return apply(
        layers.zeroPadding2d({
          padding: [
            [a, b % 2],
            [b, 0],
          ],
        }),
      )
    case 'block': {
      const input = tfl.input({ shape: x.shape.slice(1) })
      const inner = layers.conv2d({ filters: 2, kernelSize: 1 }).apply(input) as Value
      return apply(tfl.model({ inputs: input, outputs: layers.reLU().apply(inner) as Value }))
    }
    case 'shared': {
      const shared = same
        ? tfl.sequential({
            layers: [
              layers.conv2d({ filters: channels, kernelSize: 1, inputShape: x.shape.slice(1) }),
              layers.batchNormalization(),
            ],
          })
        : layers.dense({ units: channels, activation: 'tanh' })
      return shared.apply(shared.apply(x)) as Value
    }
  }
}

function build({ shape, flat, body, end, classes }: Steps): tfl.LayersModel {
  const input = tfl.input({ shape })
  let x = flat
    ? (layers.reshape({ targetShape: shape }).apply(layers.flatten().apply(input)) as Value)
    : input
  for (const step of body) x = add(x, step)
  const wide = layers.flatten().apply(input) as Value
  const ends = {
    flatten: () => layers.flatten(),
    average: () => layers.globalAveragePooling2d({}),
    max: () => layers.globalMaxPooling2d({}),
  }
  const deep = ends[end]().apply(x) as Value
  const hidden = layers.dense({ units: 6, activation: 'relu' }).apply(deep) as Value
  const normal = layers.batchNormalization().apply(hidden) as Value
  const joined = layers
    .concatenate()
    .apply([layers.dropout({ rate: 0.5 }).apply(normal) as Value, wide]) as Value
  const output = layers.dense({ units: classes, activation: 'softmax' }).apply(joined) as Value
  return tfl.model({ inputs: input, outputs: output })
}

/** Small networks of images: convolutions, pooling, merges, nested models and shared layers in any order. */
export function randomNetworks(count: number, seed: number): tfl.LayersModel[] {
  return fc.sample(steps, { numRuns: count, seed }).map(build)
}
