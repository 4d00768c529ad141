import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/**
 * Interface of the JavaScript contenders. All contenders train the baseline network, or the image network that the job
 * names, with batch size 32.
 * adapter.py is the same for the Python contenders.
 *
 * @typedef {object} Adapter
 * @property {(rows: number, epochs: number, validate: boolean) => Promise<unknown>} train trains on the first `rows`
 *   training images, evaluating on the test images after each epoch if `validate`
 * @property {() => Promise<number>} accuracy on the test images
 * @property {() => Promise<unknown>} predict probabilities of all test images, in batches of 1,000
 * @property {(image: number) => unknown} predictOne probabilities of one of the first 100 test images, not
 *   prepared in advance; a promise or not
 * @property {(rows: number, epochs: number, batchSize: number) => Promise<unknown>} [trainBatches] `train` with another
 *   batch size
 * @property {Record<string, string>} versions
 *
 * @typedef {{ images: Uint8Array, labels: Uint8Array, count: number }} Images
 */

const batchSize = 32
/**
 * Steps before inference is measured, since untrained weights have other zero activations than trained weights. The time
 * of a convolution does not depend on zeros.
 */
const trained = ({ network }) => (network ? 20 : 200)
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
  /**
   * Steps per second in one call of `train` of about `seconds`. Calls before it compile and warm up; how many steps they
   * have depends on how long a step takes, because a step takes some contenders a minute.
   */
  async throughput(adapter, { seconds }) {
    const time = (steps) => secondsOf(() => adapter.train(steps * batchSize, 1, false))
    await time(1)
    let warmUp = 1
    let guess = await time(warmUp)
    while (warmUp < 100 && guess < seconds / 4) {
      warmUp = Math.min(100, 4 * warmUp)
      guess = await time(warmUp)
    }
    if (guess >= seconds) return warmUp / guess
    const steps = Math.round((seconds / guess) * warmUp)
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
  async inference(adapter, job) {
    await adapter.train(trained(job) * batchSize, 1, false)
    return repeated(() => adapter.predict(), job)
  },
  /** Seconds for one image; each call uses another image. */
  async latency(adapter, job) {
    await adapter.train(trained(job) * batchSize, 1, false)
    let next = 0
    return repeated(() => adapter.predictOne(next++ % single), job)
  },
  /** Time of an image in steps of 256 images, relative to steps of 32: median of three times in turn. */
  async batches(adapter, { seconds }) {
    if (!adapter.trainBatches) throw Object.assign(new Error('has one batch size only'), { missing: true })
    const time = (rows, size) => secondsOf(() => adapter.trainBatches(rows, 1, size))
    await time(1024, 256)
    const rows = 256 * Math.max(1, Math.round((seconds * 4) / (await time(1024, 32))))
    const ratios = []
    for (let i = 0; i < 3; i++) {
      const small = await time(rows, 32)
      ratios.push((await time(rows, 256)) / small)
    }
    return ratios.toSorted((a, b) => a - b)[1]
  },
}

async function secondsOf(work) {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

/** The median of the runs that fit into `seconds`, after a warm-up run: at least 5, or 3 with an image network. */
async function repeated(work, { seconds, network }) {
  await work()
  const times = []
  for (let total = 0; total < seconds || times.length < (network ? 3 : 5); total += times.at(-1))
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
