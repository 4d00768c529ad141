import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const usage = `node bench/streaming.js [options]: the memory and the time of training on images that stream from the cache

  --megabytes N   size of the decoded images (default 150)
  --memory TEXT   what they may take in memory (default 30MB)
  --side N        pixels of a side (default 64)
  --epochs N      (default 2)

Trains with all images in memory and with the bound, in turn, each in a process of its own, and prints the peak of the
resident memory, the seconds of training, and whether the weights are the same.`

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '150' },
    memory: { type: 'string', default: '30MB' },
    side: { type: 'string', default: '64' },
    epochs: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
})

/** Trains on the folder of the arguments, and prints what that took. */
const script = `
  const { loadImages } = await import('@treadle/dataset')
  const { models } = await import('@treadle/model')
  const { startRuntime } = await import('@treadle/runtime')
  const { evaluate, fit } = await import('@treadle/trainer')
  const { createHash } = await import('node:crypto')
  const [, folder, side, epochs, memory] = process.argv
  const peak = () => process.resourceUsage().maxRSS / 1024
  const runtime = await startRuntime({ threads: 1 })
  const started = peak()
  const options = { size: Number(side), cache: true, threads: 1 }
  const data = await loadImages(folder, memory === '' ? options : { ...options, memory })
  const loaded = peak()
  const shape = { inputShape: [Number(side), Number(side), 3], outputs: 2 }
  const model = await models.get('cnn-tiny').build({ ...shape, seed: 1 })
  const begun = performance.now()
  await fit(model, data, { epochs: Number(epochs), seed: 1, validation: { split: 0.1 } })
  await evaluate(model, data.test)
  const seconds = (performance.now() - begun) / 1000
  const hash = createHash('sha256')
  for (const tensor of model.getWeights()) hash.update(tensor.dataSync())
  console.log(JSON.stringify({ started, loaded, peak: peak(), seconds, weights: hash.digest('hex') }))
  await runtime.dispose()`

function measure(folder, cache, memory) {
  const args = ['--input-type=module', '--eval', script, folder, values.side, values.epochs, memory]
  const env = { ...process.env, TREADLE_CACHE: cache, TREADLE_CACHE_LIMIT: '' }
  const out = execFileSync(process.execPath, args, { cwd: import.meta.dirname, env, encoding: 'utf8' })
  return JSON.parse(out.trim().split('\n').at(-1))
}

/** Pictures of two classes, which differ in brightness. */
async function writePictures(folder, count, side) {
  for (const [label, name] of ['dark', 'light'].entries()) {
    await mkdir(join(folder, name), { recursive: true })
    for (let i = label; i < count; i += 2) {
      const data = new Uint8Array(side * side * 3)
      for (let at = 0; at < data.length; at++) data[at] = ((at * (i + 3)) % 151) + 90 * label
      await writeFile(join(folder, name, `${i}.bmp`), bmp(side, data))
    }
  }
}

/** A BMP file of 24 bits, whose side is divisible by 4. */
function bmp(side, data) {
  const file = Buffer.alloc(54 + data.length)
  file.write('BM')
  for (const [at, value] of [
    [2, file.length],
    [10, 54],
    [14, 40],
    [18, side],
    [22, side],
    [26, 1 + (24 << 16)],
  ])
    file.writeUInt32LE(value, at)
  file.set(data, 54)
  return file
}

async function main() {
  const root = await mkdtemp(join(tmpdir(), 'treadle-streaming-'))
  try {
    const side = Number(values.side)
    const folder = join(root, 'pictures')
    const cache = join(root, 'cache')
    await writePictures(folder, Math.ceil((Number(values.megabytes) * 1e6) / (3 * side * side)), side)
    const found = []
    // The first load decodes.
    for (const memory of [values.memory, '', values.memory, '']) {
      const result = measure(folder, cache, memory)
      found.push(result.weights)
      const [started, loaded, peak] = [result.started, result.loaded, result.peak].map((size) =>
        size.toFixed(0),
      )
      console.log(
        `${memory === '' ? 'in memory' : `memory ${memory}`}: peak ${peak} MiB (started ${started}, loaded ${loaded}); training and test ${result.seconds.toFixed(1)} s`,
      )
    }
    console.log(new Set(found).size === 1 ? `the weights are the same: ${found[0]}` : 'THE WEIGHTS DIFFER')
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

if (values.help) console.log(usage)
else if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
