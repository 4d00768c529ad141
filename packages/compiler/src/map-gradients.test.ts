import * as tfl from '@tensorflow/tfjs-layers'
import { conv1d, conv2dTranspose, depthwiseConv2d } from '@treadle/keras/extensions'
import { describeGradients, type Middle } from '../test/gradients.ts'

type Symbol = tfl.SymbolicTensor
const { layers } = tfl

/** A map of that shape from a value of shape [3, 7]. */
function mapOf(x: Symbol, height: number, width: number, channels: number): Symbol {
  const wide = layers.dense({ units: (height * width * channels) / 3, activation: 'sigmoid' }).apply(x)
  return layers.reshape({ targetShape: [height, width, channels] }).apply(wide) as Symbol
}

const chain = (x: Symbol, ...list: tfl.layers.Layer[]): Symbol =>
  list.reduce((value, layer) => layer.apply(value) as Symbol, x)

const conv = layers.conv2d
const regularized = {
  kernelRegularizer: tfl.regularizers.l1l2({ l1: 0.001, l2: 0.01 }),
}

const middles: Record<string, Middle> = {
  'a valid convolution of 4 channels': (x) =>
    chain(mapOf(x, 5, 6, 4), conv({ filters: 8, kernelSize: 3, activation: 'relu' })),
  'a same convolution of 3 channels': (x) =>
    chain(mapOf(x, 5, 6, 3), conv({ filters: 5, kernelSize: 3, padding: 'same', activation: 'tanh' })),
  'a convolution of one channel': (x) =>
    chain(mapOf(x, 6, 5, 1), conv({ filters: 20, kernelSize: [3, 2], padding: 'same' })),
  'a convolution of 17 channels without bias': (x) =>
    chain(mapOf(x, 3, 4, 17), conv({ filters: 33, kernelSize: 2, useBias: false })),
  'a convolution of one pixel': (x) => chain(mapOf(x, 3, 4, 6), conv({ filters: 7, kernelSize: 1 })),
  'a convolution of one pixel with strides': (x) =>
    chain(mapOf(x, 5, 6, 8), conv({ filters: 16, kernelSize: 1, strides: 2, padding: 'same' })),
  'a same convolution with strides': (x) =>
    chain(mapOf(x, 6, 7, 8), conv({ filters: 5, kernelSize: 3, strides: 2, padding: 'same' })),
  'a valid convolution with strides of its own': (x) =>
    chain(mapOf(x, 8, 9, 2), conv({ filters: 3, kernelSize: [3, 2], strides: [3, 2] })),
  'strides longer than the kernel': (x) =>
    chain(mapOf(x, 8, 9, 4), conv({ filters: 3, kernelSize: 2, strides: 3, padding: 'same' })),
  'convolutions by F(4×4, 3×3)': (x) =>
    chain(
      mapOf(x, 7, 9, 4),
      conv({ filters: 16, kernelSize: 1, activation: 'tanh' }),
      conv({ filters: 20, kernelSize: 3, padding: 'same', activation: 'relu' }),
      conv({ filters: 16, kernelSize: 3 }),
    ),
  'convolutions by F(2×2, 3×3) whose input another layer reads': (x) => {
    const map = chain(mapOf(x, 5, 6, 4), conv({ filters: 16, kernelSize: 1 }))
    const parts = [1, 2].map(() => chain(map, conv({ filters: 16, kernelSize: 3, padding: 'same' })))
    return layers.add().apply([map, ...parts]) as Symbol
  },
  'a dilated convolution': (x) =>
    chain(mapOf(x, 7, 6, 4), conv({ filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same' })),
  'a kernel of 5 × 4': (x) =>
    chain(mapOf(x, 6, 6, 3), conv({ filters: 6, kernelSize: [5, 4], padding: 'same', activation: 'relu' })),
  'two convolutions, normalized': (x) =>
    chain(
      mapOf(x, 6, 6, 4),
      conv({ filters: 5, kernelSize: 3, padding: 'same', activation: 'tanh' }),
      layers.batchNormalization(),
      conv({ filters: 6, kernelSize: 3, useBias: false }),
      layers.batchNormalization(),
      layers.activation({ activation: 'tanh' }),
    ),
  'a residual block with strides': (x) => {
    const map = mapOf(x, 6, 6, 4)
    const normal = { padding: 'same', useBias: false } as const
    const deep = chain(
      map,
      conv({ filters: 8, kernelSize: 3, strides: 2, ...normal }),
      layers.batchNormalization(),
      layers.reLU(),
      conv({ filters: 8, kernelSize: 3, ...normal }),
      layers.batchNormalization(),
    )
    const short = chain(map, conv({ filters: 8, kernelSize: 1, strides: 2, ...normal }))
    return chain(layers.add().apply([deep, short]) as Symbol, layers.reLU())
  },
  'a dense block': (x) => {
    const map = mapOf(x, 4, 5, 3)
    const grown = layers
      .concatenate()
      .apply([map, chain(map, conv({ filters: 5, kernelSize: 3, padding: 'same' }))]) as Symbol
    const more = chain(grown, conv({ filters: 6, kernelSize: 3, padding: 'same', activation: 'relu' }))
    return chain(
      layers.concatenate().apply([grown, more]) as Symbol,
      layers.averagePooling2d({ poolSize: 2 }),
    )
  },
  'a value that two convolutions and a sum read': (x) => {
    const map = chain(mapOf(x, 4, 6, 4), conv({ filters: 4, kernelSize: 1 }))
    const parts = [3, 1].map((size) => chain(map, conv({ filters: 4, kernelSize: size, padding: 'same' })))
    return layers.add().apply([map, ...parts]) as Symbol
  },
  "Winograd's convolutions, one input read twice": (x) => {
    const map = mapOf(x, 9, 8, 16)
    const wide = { padding: 'same', activation: 'tanh' } as const
    const parts = [map, chain(map, conv({ filters: 16, kernelSize: 3, ...wide }))]
    const sum = layers.add().apply(parts) as Symbol
    const more = layers
      .add()
      .apply([sum, chain(sum, conv({ filters: 16, kernelSize: 3, ...wide }))]) as Symbol
    return chain(more, conv({ filters: 20, kernelSize: 3 }), layers.globalAveragePooling2d({}))
  },
  'largest of windows': (x) =>
    chain(
      mapOf(x, 5, 6, 4),
      conv({ filters: 5, kernelSize: 1, activation: 'sigmoid' }),
      layers.maxPooling2d({ poolSize: 2 }),
    ),
  'largest of overlapping windows': (x) =>
    chain(mapOf(x, 5, 6, 3), layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
  'means of windows': (x) =>
    chain(mapOf(x, 5, 6, 6), layers.averagePooling2d({ poolSize: [2, 3], strides: 1 })),
  'global means': (x) =>
    chain(mapOf(x, 5, 6, 6), conv({ filters: 5, kernelSize: 3 }), layers.globalAveragePooling2d({})),
  'global largest': (x) => chain(mapOf(x, 5, 6, 4), layers.globalMaxPooling2d({})),
  'padding and cropping': (x) =>
    chain(
      mapOf(x, 4, 5, 3),
      layers.zeroPadding2d({
        padding: [
          [1, 0],
          [2, 1],
        ],
      }),
      conv({ filters: 5, kernelSize: 3 }),
      layers.cropping2D({
        cropping: [
          [1, 0],
          [0, 2],
        ],
      }),
    ),
  'up-sampling': (x) =>
    chain(mapOf(x, 3, 2, 5), layers.upSampling2d({ size: [2, 3] }), conv({ filters: 3, kernelSize: 2 })),
  'dilated convolutions of channels and transposed': (x) =>
    chain(
      mapOf(x, 5, 6, 4),
      depthwiseConv2d({ kernelSize: [3, 2], dilationRate: [1, 2], padding: 'same', activation: 'tanh' }),
      conv2dTranspose({ filters: 3, kernelSize: [2, 3], dilationRate: [3, 2], padding: 'same' }),
      conv2dTranspose({ filters: 2, kernelSize: 2, dilationRate: 2 }),
    ),
  'a causal convolution': (x) =>
    chain(x, conv1d({ filters: 6, kernelSize: 2, dilationRate: 2, padding: 'causal', activation: 'relu' })),
  'a depthwise convolution': (x) =>
    chain(mapOf(x, 5, 6, 5), layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', activation: 'relu' })),
  'a depthwise convolution with multiplier and strides': (x) =>
    chain(mapOf(x, 6, 6, 3), layers.depthwiseConv2d({ kernelSize: 3, strides: 2, depthMultiplier: 2 })),
  'a separable convolution': (x) =>
    chain(mapOf(x, 5, 6, 4), layers.separableConv2d({ filters: 6, kernelSize: 3, activation: 'tanh' })),
  'a transposed convolution': (x) =>
    chain(
      mapOf(x, 3, 4, 4),
      layers.conv2dTranspose({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
      layers.conv2dTranspose({ filters: 3, kernelSize: [2, 3], strides: 1, padding: 'valid' }),
    ),
  'strides longer than the kernel of a transposed convolution': (x) =>
    chain(
      mapOf(x, 3, 2, 4),
      layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3, padding: 'valid' }),
    ),
  'a regularized convolution of one axis': (x) =>
    chain(
      x,
      layers.conv1d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'relu', ...regularized }),
    ),
  'pooling of one axis': (x) =>
    chain(
      chain(mapOf(x, 6, 1, 4), layers.reshape({ targetShape: [6, 4] })),
      layers.conv1d({ filters: 6, kernelSize: 2 }),
      layers.averagePooling1d({ poolSize: 2 }),
      layers.globalAveragePooling1d(),
    ),
  'a convolution of one axis': (x) =>
    chain(x, layers.conv1d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'relu' })),
  'dropout of a map': (x) =>
    chain(mapOf(x, 4, 5, 3), conv({ filters: 5, kernelSize: 3 }), layers.dropout({ rate: 0.4 })),
}

describeGradients(middles, {
  below: ['sparseCategoricalCrossentropy', 'meanSquaredError'],
  // tfjs has no gradient of a dilated convolution, and its tape none of the regularization.
  untaped: ['a dilated convolution', 'a regularized convolution of one axis'],
})
