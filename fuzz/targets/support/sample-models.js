/**
 * Small classifiers that hold nearly every class of layer, as saved artifacts. Most end in global pooling, so that a
 * changed shape inside reaches the end.
 */
export async function sampleModels(packages) {
  const { layers, sequential, model, input } = await packages.tfjs('tfjs-layers')
  const tf = await packages.tfjs('tfjs-core')
  const image = [8, 8, 1]
  const pooled = [layers.globalAveragePooling2d({}), layers.dense({ units: 2, activation: 'softmax' })]
  const stack = (...inner) => sequential({ layers: [...inner, ...pooled.map(copyOf)] })
  const flat = (...inner) =>
    sequential({ layers: [...inner, layers.dense({ units: 2, activation: 'softmax' })] })
  const inputShape = image
  // tfjs's orthogonal one needs chained operations, which nothing registers here.
  const recurrentInitializer = 'glorotUniform'

  function branches() {
    const x = input({ shape: image })
    const left = layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(x)
    const right = layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }).apply(x)
    const merged = layers.concatenate().apply([left, right])
    const added = layers.add().apply([merged, layers.multiply().apply([merged, merged])])
    const averaged = layers.average().apply([added, layers.maximum().apply([merged, added])])
    const y = pooled.map(copyOf).reduce((value, layer) => layer.apply(value), averaged)
    return model({ inputs: x, outputs: y })
  }
  function shared() {
    const x = input({ shape: [8, 8] })
    const dense = layers.dense({ units: 8, activation: 'tanh' })
    const y = layers.minimum().apply([dense.apply(dense.apply(x)), x])
    const flatten = layers.flatten().apply(y)
    return model({ inputs: x, outputs: layers.dense({ units: 2, activation: 'softmax' }).apply(flatten) })
  }
  function nested() {
    const inner = sequential({
      layers: [layers.conv2d({ inputShape, filters: 2, kernelSize: [2, 3] }), layers.batchNormalization()],
    })
    return sequential({ layers: [inner, ...pooled.map(copyOf)] })
  }

  const made = [
    stack(layers.zeroPadding2d({ inputShape, padding: [[1, 1], [2, 0]] })), // prettier-ignore
    stack(layers.cropping2D({ inputShape, cropping: [[1, 1], [0, 2]] })), // prettier-ignore
    stack(layers.upSampling2d({ inputShape, size: [2, 3] }), layers.maxPooling2d({ poolSize: 2 })),
    stack(layers.maxPooling2d({ inputShape, poolSize: [2, 2], padding: 'same' }), layers.averagePooling2d({ poolSize: [2, 2], strides: [1, 1] })),
    stack(layers.conv2d({ inputShape, filters: 3, kernelSize: [3, 3], strides: [2, 2] }), layers.reLU({ maxValue: 6 })),
    stack(layers.conv2dTranspose({ inputShape, filters: 2, kernelSize: [2, 2], strides: [2, 2] }), layers.leakyReLU({ alpha: 0.2 })),
    stack(layers.separableConv2d({ inputShape, filters: 2, kernelSize: [3, 3] }), layers.elu()),
    stack(layers.batchNormalization({ inputShape }), layers.dropout({ rate: 0.5, noiseShape: [null, 1, 1, 1] }), layers.gaussianNoise({ stddev: 0.1 })),
    stack(layers.rescaling({ inputShape, scale: 2, offset: 1 }), layers.activation({ activation: 'sigmoid' })),
    stack(layers.reshape({ inputShape, targetShape: [4, 16, 1] }), layers.permute({ dims: [2, 1, 3] })),
    flat(layers.flatten({ inputShape: [8, 8] }), layers.repeatVector({ n: 3 }), layers.globalMaxPooling1d({})),
    flat(layers.conv1d({ inputShape: [8, 8], filters: 2, kernelSize: 3 }), layers.maxPooling1d({ poolSize: 2 }), layers.globalAveragePooling1d({})),
    flat(layers.lstm({ inputShape: [8, 8], units: 3, recurrentInitializer })),
    flat(layers.gru({ inputShape: [8, 8], units: 3, returnSequences: true, recurrentInitializer }), layers.simpleRNN({ units: 2, recurrentInitializer })),
    flat(layers.bidirectional({ inputShape: [8, 8], layer: layers.simpleRNN({ units: 2, recurrentInitializer }), mergeMode: 'concat' })),
    flat(layers.timeDistributed({ inputShape: [8, 8], layer: layers.dense({ units: 2 }) }), layers.flatten()),
    flat(layers.flatten({ inputShape: [8, 8] }), layers.layerNormalization(), layers.prelu(), layers.thresholdedReLU(), layers.alphaDropout({ rate: 0.1 })),
    flat(layers.flatten({ inputShape: [4, 4] }), layers.dense({ units: 4, kernelInitializer: 'truncatedNormal', kernelRegularizer: 'l1l2', kernelConstraint: 'maxNorm' }), layers.softmax()),
    flat(layers.masking({ inputShape: [8, 8], maskValue: 0 }), layers.spatialDropout1d({ rate: 0.2 }), layers.averagePooling1d({ poolSize: 2 }), layers.flatten()),
    branches(),
    shared(),
    nested(),
  ] // prettier-ignore
  const saved = []
  for (const one of made) {
    let artifacts
    const handler = tf.io.withSaveHandler(async (given) => {
      artifacts = given
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    })
    await one.save(handler)
    const { modelTopology, weightSpecs, weightData } = artifacts
    saved.push({
      json: structuredClone({
        modelTopology,
        format: 'layers-model',
        weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
        userDefinedMetadata: { classNames: ['a', 'b'] },
      }),
      weights: new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)),
    })
    one.dispose()
  }
  return saved
}

function copyOf(layer) {
  return layer.constructor.fromConfig(layer.constructor, { ...layer.getConfig(), name: undefined })
}
