import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { measure } from './adapter.js'

/** The unmodified WASM backend of TensorFlow.js: in Node it uses SIMD and one thread. */
await measure(async (job) => {
  const tf = await import('@tensorflow/tfjs-core')
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  const { tfjsAdapter } = await import('./tfjs-network.js')
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'))
  setWasmPaths(join(folder, 'wasm-out/'))
  await tf.setBackend('wasm')
  return tfjsAdapter(job)
})
