import { register } from 'node:module'
import { isMainThread } from 'node:worker_threads'

/**
 * Module hooks, for `node --import`: @treadle/kernels then chooses the direct method for every convolution. No product has
 * such an option; bench/winograd-training.js compares the methods with it.
 */
if (isMainThread) register(import.meta.url)

const choice = 'const LEAST_CHANNELS = 16;'

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context)
  if (!url.endsWith('/packages/kernels/dist/index.js')) return loaded
  const source = String(loaded.source)
  if (source.split(choice).length !== 2) throw new Error(`${url} has no single “${choice}”.`)
  return { ...loaded, source: source.replace(choice, 'const LEAST_CHANNELS = Infinity;') }
}
