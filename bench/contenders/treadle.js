import { readFileSync } from 'node:fs'
import { networks } from '../networks.js'
import { measure, single } from './adapter.js'

/** Treadle, used as in its READMEs. The job selects the executor, the threads, and whether `Classifier` predicts. */
await measure(async ({ data, executor, threads, classify, network }) => {
  const { compileInference } = await import('@treadle/compiler')
  const { loadFashionMnist } = await import('@treadle/dataset')
  const { Classifier, wideAndDeepClassifier } = await import('@treadle/model')
  const { inspectRuntime, kernelHost, startRuntime } = await import('@treadle/runtime')
  const { evaluate, fit, predict } = await import('@treadle/trainer')

  const wideSimd = inspectRuntime().wideSimd.on
  const runtime = await startRuntime({ threads, wideSimd })
  if (runtime.threads !== threads) throw new Error(`${runtime.threads} threads run, not ${threads}.`)
  const dataset = await loadFashionMnist({ source: { folder: data } })
  const { test } = dataset
  const model = network
    ? networks[network](await import('@tensorflow/tfjs-layers'))
    : wideAndDeepClassifier({ seed: 1 })
  const pixels = test.height * test.width
  const images = Array.from({ length: single }, (_, i) => test.images.subarray(i * pixels, (i + 1) * pixels))
  /** Created for the first image, with the weights at that time, and then kept, as in an application. */
  let answer
  const start = async () => {
    if (classify) {
      const classifier = Classifier.from(model, { classNames: dataset.classNames })
      const { height, width } = test
      const inputs = images.map((bytes) => ({ data: bytes, height, width }))
      answer = (image) => classifier.classify(inputs[image])
    } else {
      const program = await compileInference(model, { host: await kernelHost(runtime) })
      const inputs = images.map((bytes) => Float32Array.from(bytes, (value) => value / 255))
      answer = (image) => program.runNow(inputs[image], 1) ?? program.run(inputs[image], 1)
    }
  }

  return {
    async train(rows, epochs, validate, batchSize = 32) {
      const train = first(dataset.train, rows)
      try {
        const validation = validate ? 'test' : false
        await fit(model, { ...dataset, train }, { epochs, batchSize, seed: 1, executor, runtime, validation })
      } catch (error) {
        // Not every version has every executor.
        if (error.code === 'TRAINER_EXECUTOR_REFUSED') error.missing = true
        throw error
      }
    },
    trainBatches(rows, epochs, batchSize) {
      return this.train(rows, epochs, false, batchSize)
    },
    async accuracy() {
      return (await evaluate(model, test)).accuracy
    },
    predict: () => predict(model, test, { batchSize: 1000 }),
    /** Uses the compiled network, or `Classifier` from bytes to ranked classes. */
    predictOne: (image) => (answer ? answer(image) : start().then(() => answer(image))),
    versions: { node: process.version, treadle: version(), ...(wideSimd && { wideSimd }) },
  }
})

function first(images, count) {
  const pixels = images.height * images.width * images.channels
  return {
    ...images,
    images: images.images.subarray(0, count * pixels),
    labels: images.labels.subarray(0, count),
    count,
  }
}

function version() {
  return JSON.parse(readFileSync(new URL('../../packages/trainer/package.json', import.meta.url), 'utf8'))
    .version
}
