/**
 * The image networks that `--network` selects instead of the baseline network, as tfjs-layers models on [28, 28, 1] in 10
 * classes. Every convolution is 3×3, 'same' and without bias, followed by BatchNormalization and ReLU; the maps end in
 * their means and a dense layer.
 *
 * @param {typeof import('@tensorflow/tfjs-layers')} tfl
 */
export const networks = {
  /** 70 thousand parameters: 16-32-P-32-64-P-64. */
  tiny: (tfl) => plain(tfl, [16, 32, 'pool', 32, 64, 'pool', 64]),
  /** 288 thousand parameters: 32-32-P-64-64-P-128-128. */
  cnn: (tfl) => plain(tfl, [32, 32, 'pool', 64, 64, 'pool', 128, 128]),
  /** 272 thousand parameters: He's network of 20 layers, with projections by 1×1 convolutions. */
  resnet20,
}

const inputShape = [28, 28, 1]

function plain(tfl, parts) {
  const input = tfl.input({ shape: inputShape })
  let x = input
  for (const part of parts) {
    x = part === 'pool' ? tfl.layers.maxPooling2d({ poolSize: 2 }).apply(x) : block(tfl, x, part)
  }
  return ended(tfl, input, x)
}

function resnet20(tfl) {
  const input = tfl.input({ shape: inputShape })
  let x = block(tfl, input, 16)
  for (const [stage, filters] of [16, 32, 64].entries()) {
    for (let i = 0; i < 3; i++) {
      const strides = stage > 0 && i === 0 ? 2 : 1
      const deep = convolution(tfl, block(tfl, x, filters, strides), filters)
      const short = strides === 1 ? x : convolution(tfl, x, filters, strides, 1)
      x = tfl.layers.reLU().apply(tfl.layers.add().apply([deep, short]))
    }
  }
  return ended(tfl, input, x)
}

/** Convolution, normalization and ReLU. */
function block(tfl, x, filters, strides = 1) {
  return tfl.layers.reLU().apply(convolution(tfl, x, filters, strides))
}

function convolution(tfl, x, filters, strides = 1, kernelSize = 3) {
  const options = { filters, kernelSize, strides, padding: 'same', useBias: false }
  const kernelInitializer = tfl.initializers.heNormal({ seed: 1 })
  return tfl.layers.batchNormalization().apply(tfl.layers.conv2d({ ...options, kernelInitializer }).apply(x))
}

function ended(tfl, input, x) {
  const means = tfl.layers.globalAveragePooling2d({}).apply(x)
  const kernelInitializer = tfl.initializers.glorotUniform({ seed: 1 })
  const outputs = tfl.layers.dense({ units: 10, activation: 'softmax', kernelInitializer }).apply(means)
  return tfl.model({ inputs: input, outputs })
}
