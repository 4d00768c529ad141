import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/**
 * What every contender in JavaScript provides. All of them train the report's network at batch size 32.
 * adapter.py is the same for those in Python.
 *
 * @typedef {object} Adapter
 * @property {(rows: number, epochs: number, validate: boolean) => Promise<unknown>} train trains on the first `rows`
 *   training images, evaluating on the test images after each epoch if `validate`
 * @property {() => Promise<number>} accuracy on the test images
 * @property {() => Promise<unknown>} predict probabilities of all test images, in batches of 1,000
 * @property {(image: number) => unknown} predictOne probabilities of one of the first 100 test images, as if it had
 *   just come in; a promise or not
 * @property {Record<string, string>} versions
 *
 * @typedef {{ images: Uint8Array, labels: Uint8Array, count: number }} Images
 */

const batchSize = 32
/** Steps before inference is measured: untrained weights leave other activations at zero than those in use. */
const trained = 200
/** Test images that come in one by one. */
export const single = 100

/**
 * Runs the one measurement that this process was started for, and prints it as one line of JSON.
 * @param {(job: any) => Promise<Adapter>} setup
 */
export async function measure(setup) {
  const job = JSON.parse(process.argv[2] ?? '{}')
  const found = await withAdapter(setup, job)
  if (!found.missing) found.peakMemory = process.resourceUsage().maxRSS * 1024
  process.stdout.write(`${JSON.stringify(found)}\n`)
  // The peers may leave workers running that would keep the process.
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
  /** Steps a second, in one call of `train` that fills about `seconds`, after one that warms up. */
  async throughput(adapter, { seconds }) {
    const warmUp = 100
    await adapter.train(warmUp * batchSize, 1, false)
    const guess = await secondsOf(() => adapter.train(warmUp * batchSize, 1, false))
    const steps = Math.max(20, Math.round((seconds / guess) * warmUp))
    const epochs = Math.ceil(steps / 1875)
    const rows = Math.ceil(steps / epochs) * batchSize
    return ((rows / batchSize) * epochs) / (await secondsOf(() => adapter.train(rows, epochs, false)))
  },
  /** The final test accuracy; the harness takes the time. */
  async run(adapter, { epochs, rows }) {
    await adapter.train(rows, epochs, true)
    return adapter.accuracy()
  },
  /** Seconds for all test images. */
  async inference(adapter, { seconds }) {
    await adapter.train(trained * batchSize, 1, false)
    return repeated(() => adapter.predict(), seconds)
  },
  /** Seconds for one image, each time another. */
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

/** The median of as many runs as fit into `seconds`, at least 5, after one that warms up. */
async function repeated(work, seconds) {
  await work()
  const times = []
  for (let total = 0; total < seconds || times.length < 5; total += times.at(-1))
    times.push(await secondsOf(work))
  return times.toSorted((a, b) => a - b)[times.length >> 1]
}

/** Reads Fashion-MNIST's four files as any program would. @returns {{ train: Images, test: Images }} */
export function readImages(folder) {
  const read = (name, header) => gunzipSync(readFileSync(join(folder, name))).subarray(header)
  const part = (name) => {
    const labels = read(`${name}-labels-idx1-ubyte.gz`, 8)
    return { images: read(`${name}-images-idx3-ubyte.gz`, 16), labels, count: labels.length }
  }
  return { train: part('train'), test: part('t10k') }
}

/** Pixels as float32 in [0, 1], rows `from` to `to`. */
export function scaled({ images }, from, to) {
  return Float32Array.from(images.subarray(from * 784, to * 784), (value) => value / 255)
}
