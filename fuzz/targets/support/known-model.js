/**
 * A model whose predictions on TensorFlow.js's WASM backend are known: an input that writes where it should not in
 * the memory of the backend changes them.
 */
export async function knownModel(packages) {
  const { startRuntime } = await packages.treadle('runtime')
  const { wideAndDeepClassifier } = await packages.treadle('model')
  const tf = await packages.tfjs('tfjs-core')
  await startRuntime({ threads: 1 })
  const model = wideAndDeepClassifier({ seed: 1, inputShape: [6, 5], classes: 3, units: [8, 4] })
  const input = tf.tensor(
    Float32Array.from({ length: 60 }, (_, i) => (i % 7) / 7),
    [2, 6, 5],
  )
  const predict = async () => {
    const output = model.predict(input)
    const values = [...(await output.data())]
    output.dispose()
    return values.join()
  }
  const expected = await predict()
  return {
    async check() {
      const found = await predict()
      if (found !== expected)
        throw new Error(`the memory of the backend is damaged: ${found} in place of ${expected}`)
    },
  }
}

/** Counts tensors: an input that fails or is disposed leaves none. */
export async function leaks(packages) {
  const tf = await packages.tfjs('tfjs-core')
  let before = tf.memory().numTensors
  return {
    async check() {
      const now = tf.memory().numTensors
      const left = now - before
      before = now
      if (left > 0) throw new Error(`${left} tensors are left`)
    },
  }
}
