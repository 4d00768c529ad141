import { measure } from './adapter.js'

/** Plain TensorFlow.js code, `model.fit` included, on the backend of @treadle/runtime. */
await measure(async (job) => {
  const tf = await import('@tensorflow/tfjs-core')
  const { startRuntime } = await import('@treadle/runtime')
  const { tfjsAdapter } = await import('./tfjs-network.js')
  const runtime = await startRuntime({ threads: job.threads })
  if (runtime.threads !== job.threads) throw new Error(`${runtime.threads} threads run, not ${job.threads}.`)
  await tf.setBackend(runtime.backendName)
  return tfjsAdapter(job)
})
