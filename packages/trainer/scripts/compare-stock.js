/**
 * Times a training step of the report's network: `model.fit` on stock tfjs-backend-wasm against `train` on the eager
 * executor, in turn, in one process. Prints each round's milliseconds a step and the ratio of the medians.
 *
 * After `pnpm build`: node packages/trainer/scripts/compare-stock.js [rounds] [steps a round] [threads]
 */
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { loadFashionMnist } from '@treadle/dataset'
import { wideAndDeepClassifier } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { train } from '@treadle/trainer'

const [rounds = 5, steps = 60, threads = 1] = process.argv.slice(2).map(Number)
const rows = steps * 32
const { train: full } = await loadFashionMnist()
const part = {
  ...full,
  images: full.images.subarray(0, rows * 784),
  labels: full.labels.subarray(0, rows),
  count: rows,
}
const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]
const times = { stock: [], eager: [] }

await tf.setBackend('wasm')
const stock = wideAndDeepClassifier({ seed: 1 })
stock.compile({ optimizer: tf.train.adam(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
const x = tf.tensor(
  Float32Array.from(part.images, (v) => v / 255),
  [rows, 28, 28],
)
const y = tf.tensor1d(Float32Array.from(part.labels))
const runtime = await startRuntime({ threads })
const ours = wideAndDeepClassifier({ seed: 1 })

for (let round = 0; round <= rounds; round++) {
  await tf.setBackend('wasm')
  let began = performance.now()
  await stock.fit(x, y, { epochs: 1, batchSize: 32, verbose: 0, yieldEvery: 'never' })
  const stockTime = (performance.now() - began) / steps
  await tf.setBackend(runtime.backendName)
  began = performance.now()
  for await (const event of train(ours, part, { epochs: 1, executor: 'eager', runtime, validation: false }))
    void event
  const eagerTime = (performance.now() - began) / steps
  console.log(
    `round ${round}: stock ${stockTime.toFixed(2)} ms, eager ${eagerTime.toFixed(2)} ms${round ? '' : ' (warm-up)'}`,
  )
  if (round === 0) continue
  times.stock.push(stockTime)
  times.eager.push(eagerTime)
}
console.log(
  `medians of ${rounds} rounds of ${steps} steps, ${runtime.threads} thread(s): stock ${middle(times.stock).toFixed(2)} ms, ` +
    `eager ${middle(times.eager).toFixed(2)} ms, ratio ${(middle(times.stock) / middle(times.eager)).toFixed(2)}`,
)
await runtime.dispose()
