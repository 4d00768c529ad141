import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/**
 * Interface of the JavaScript contenders. All contenders train the baseline network with batch size 32.
 * adapter.py is the same for the Python contenders.
 *
 * @typedef {object} Adapter
 * @property {(rows: number, epochs: number, validate: boolean) => Promise<unknown>} train trains on the first `rows`
 *   training images, evaluating on the test images after each epoch if `validate`
 * @property {() => Promise<number>} accuracy on the test images
 * @property {() => Promise<unknown>} predict probabilities of all test images, in batches of 1,000
 * @property {(image: number) => unknown} predictOne probabilities of one of the first 100 test images, not
 *   prepared in advance; a promise or not
 * @property {Record<string, string>} versions
 *
 * @typedef {{ images: Uint8Array, labels: Uint8Array, count: number }} Images
 */

const batchSize = 32
/** Steps before inference is measured, since untrained weights have other zero activations than trained weights. */
const trained = 200
/** Number of test images for single-image inference. */
export const single = 100

/**
 * Runs the measurement of this process and prints the result as one line of JSON.
 * @param {(job: any) => Promise<Adapter>} setup
 */
export async function measure(setup) {
  const job = JSON.parse(process.argv[2] ?? '{}')
  const found = await withAdapter(setup, job)
  if (!found.missing) found.peakMemory = process.resourceUsage().maxRSS * 1024
  process.stdout.write(`${JSON.stringify(found)}\n`)
  // Workers of a peer may otherwise keep the process alive.
  process.exit(0)
}

async function withAdapter(setup, job) {
  try {
    const adapter = await setup(job)
    return { value: await measures[job.measure](adapter, job), versions: adapter.versions }
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND' || error.missing) return { missing: error.message }
    throw error
  }
}

const measures = {
  /** Steps per second in one call of `train` of about `seconds`, after a warm-up call. */
  async throughput(adapter, { seconds }) {
    const warmUp = 100
    await adapter.train(warmUp * batchSize, 1, false)
    const guess = await secondsOf(() => adapter.train(warmUp * batchSize, 1, false))
    const steps = Math.max(20, Math.round((seconds / guess) * warmUp))
    const epochs = Math.ceil(steps / 1875)
    const rows = Math.ceil(steps / epochs) * batchSize
    return ((rows / batchSize) * epochs) / (await secondsOf(() => adapter.train(rows, epochs, false)))
  },
  /** The final test accuracy. The harness measures the time. */
  async run(adapter, { epochs, rows }) {
    await adapter.train(rows, epochs, true)
    return adapter.accuracy()
  },
  /** Seconds for all test images. */
  async inference(adapter, { seconds }) {
    await adapter.train(trained * batchSize, 1, false)
    return repeated(() => adapter.predict(), seconds)
  },
  /** Seconds for one image; each call uses another image. */
  async latency(adapter, { seconds }) {
    await adapter.train(trained * batchSize, 1, false)
    let next = 0
    return repeated(() => adapter.predictOne(next++ % single), seconds)
  },
}

async function secondsOf(work) {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

/** The median of the runs that fit into `seconds`, at least 5, after a warm-up run. */
async function repeated(work, seconds) {
  await work()
  const times = []
  for (let total = 0; total < seconds || times.length < 5; total += times.at(-1))
    times.push(await secondsOf(work))
  return times.toSorted((a, b) => a - b)[times.length >> 1]
}

/** Reads the four files of Fashion-MNIST. @returns {{ train: Images, test: Images }} */
export function readImages(folder) {
  const read = (name, header) => gunzipSync(readFileSync(join(folder, name))).subarray(header)
  const part = (name) => {
    const labels = read(`${name}-labels-idx1-ubyte.gz`, 8)
    return { images: read(`${name}-images-idx3-ubyte.gz`, 16), labels, count: labels.length }
  }
  return { train: part('train'), test: part('t10k') }
}

/** Pixels of images `from` to `to` (exclusive) as float32 in [0, 1]. */
export function scaled({ images }, from, to) {
  return Float32Array.from(images.subarray(from * 784, to * 784), (value) => value / 255)
}
