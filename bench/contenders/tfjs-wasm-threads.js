import { measure } from './adapter.js'

/**
 * The kernels of TensorFlow.js with working threads: @treadle/runtime starts the WASM backend under a name that has only
 * the stock kernels.
 */
await measure(async (job) => {
  const tf = await import('@tensorflow/tfjs-core')
  await import('@tensorflow/tfjs-backend-wasm')
  const { startRuntime } = await import('@treadle/runtime')
  const { tfjsAdapter } = await import('./tfjs-network.js')
  const runtime = await startRuntime({ threads: job.threads })
  if (runtime.threads !== job.threads) throw new Error(`${runtime.threads} threads run, not ${job.threads}.`)
  const backend = tf.backend()
  tf.copyRegisteredKernels('wasm', 'stock-threads')
  tf.registerBackend('stock-threads', () => backend)
  await tf.setBackend('stock-threads')
  return tfjsAdapter(job)
})
