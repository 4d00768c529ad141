import { measure } from './adapter.js'

/** TensorFlow.js's plain JavaScript backend. */
await measure(async (job) => {
  const tf = await import('@tensorflow/tfjs-core')
  await import('@tensorflow/tfjs-backend-cpu')
  const { tfjsAdapter } = await import('./tfjs-network.js')
  await tf.setBackend('cpu')
  return tfjsAdapter(job)
})
