import { readFileSync } from 'node:fs'

/**
 * The image networks that `--network` selects instead of the baseline network. The Python contenders read the same file.
 *
 * A number is a block: a 3×3 convolution with that many filters, 'same' and without bias, BatchNormalization and ReLU. A
 * residual block has two such convolutions, and a 1×1 convolution on its shortcut where it has strides. The maps end in
 * their means and a dense layer. tiny has 70 thousand parameters, cnn 288 thousand, and resnet20, which is He's network
 * of 20 layers with projections, 272 thousand.
 *
 * @type {Record<string, (number | 'pool' | { residual: number, strides?: number })[]>}
 */
export const networkParts = JSON.parse(readFileSync(new URL('networks.json', import.meta.url), 'utf8'))

/** Functions that build the networks as tfjs-layers models on [28, 28, 1] in 10 classes. */
export const networks = Object.fromEntries(
  Object.entries(networkParts).map(([name, parts]) => [name, (tfl, seed = 1) => build(tfl, parts, seed)]),
)

/**
 * @param {typeof import('@tensorflow/tfjs-layers')} tfl
 * @param {number} seed of the initial weights
 */
function build(tfl, parts, seed) {
  const input = tfl.input({ shape: [28, 28, 1] })
  // Every layer has a seed of its own: equal ones give layers of equal shape equal weights.
  let next = 1000 * seed
  const convolution = (x, filters, strides = 1, kernelSize = 3) => {
    const options = { filters, kernelSize, strides, padding: 'same', useBias: false }
    const kernelInitializer = tfl.initializers.heNormal({ seed: next++ })
    return tfl.layers
      .batchNormalization()
      .apply(tfl.layers.conv2d({ ...options, kernelInitializer }).apply(x))
  }
  const relu = (x) => tfl.layers.reLU().apply(x)
  let x = input
  for (const part of parts) {
    if (part === 'pool') x = tfl.layers.maxPooling2d({ poolSize: 2 }).apply(x)
    else if (typeof part === 'number') x = relu(convolution(x, part))
    else {
      const { residual, strides } = part
      const deep = convolution(relu(convolution(x, residual, strides)), residual)
      const short = strides === undefined ? x : convolution(x, residual, strides, 1)
      x = relu(tfl.layers.add().apply([deep, short]))
    }
  }
  const means = tfl.layers.globalAveragePooling2d({}).apply(x)
  const kernelInitializer = tfl.initializers.glorotUniform({ seed: next })
  const outputs = tfl.layers.dense({ units: 10, activation: 'softmax', kernelInitializer }).apply(means)
  return tfl.model({ inputs: input, outputs })
}
