import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { referenceProduct } from '@treadle/kernels'

const SECONDS = 0.3

/**
 * The rate of our product 896×32 · 32×32 in GFLOP/s, on all cores at the same time. A core that other programs use is
 * slower than the others, or than in another round.
 * @returns {Promise<number[]>}
 */
export function machineRate() {
  const cores = Array.from({ length: availableParallelism() }, async () => {
    const worker = new Worker(new URL(import.meta.url))
    try {
      const rate = new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject))
      return await rate
    } finally {
      await worker.terminate()
    }
  })
  return Promise.all(cores)
}

/** One line. */
export function describeRate(rates) {
  return `product on each core: ${rates.map((rate) => rate.toFixed(1)).join(', ')} GFLOP/s`
}

if (!isMainThread && parentPort) {
  const { run, flops } = await referenceProduct()
  const rateFor = (seconds) => {
    const start = performance.now()
    let count = 0
    do for (let i = 0; i < 20; i++, count++) run()
    while (performance.now() - start < 1000 * seconds)
    return (count * flops) / (performance.now() - start) / 1e6
  }
  rateFor(SECONDS / 2)
  parentPort.postMessage(rateFor(SECONDS), [])
}
