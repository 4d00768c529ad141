import { readFileSync } from 'node:fs'
import { measure } from './adapter.js'

/** Treadle, as its README shows it; the job says which executor and how many threads. */
await measure(async ({ data, executor, threads }) => {
  const { loadFashionMnist } = await import('@treadle/dataset')
  const { Classifier, wideAndDeepClassifier } = await import('@treadle/model')
  const { startRuntime } = await import('@treadle/runtime')
  const { evaluate, fit, predict } = await import('@treadle/trainer')

  const runtime = await startRuntime({ threads })
  if (runtime.threads !== threads) throw new Error(`${runtime.threads} threads run, not ${threads}.`)
  const dataset = await loadFashionMnist({ source: { folder: data } })
  const { test } = dataset
  const model = wideAndDeepClassifier({ seed: 1 })
  /** What a product would keep: made at its first image, for the weights the model has then. */
  let classifier
  const image = { data: first(test, 1).images, height: test.height, width: test.width }

  return {
    async train(rows, epochs, validate) {
      const train = first(dataset.train, rows)
      try {
        const validation = validate ? 'test' : false
        await fit(model, { ...dataset, train }, { epochs, seed: 1, executor, runtime, validation })
      } catch (error) {
        // Not every version has every executor.
        if (error.code === 'TRAINER_EXECUTOR_REFUSED') error.missing = true
        throw error
      }
    },
    async accuracy() {
      return (await evaluate(model, test)).accuracy
    },
    predict: () => predict(model, test, { batchSize: 1000 }),
    /** Through `Classifier`, its preparation of the pixels included. */
    predictOne() {
      classifier ??= Classifier.from(model, { classNames: dataset.classNames })
      return classifier.classify(image)
    },
    versions: { node: process.version, treadle: version() },
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
