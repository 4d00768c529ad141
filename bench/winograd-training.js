import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as tfl from '@tensorflow/tfjs-layers'
import { compileTraining } from '@treadle/compiler'
import { loadFashionMnist } from '@treadle/dataset'
import { inspectRuntime, kernelHost, startRuntime } from '@treadle/runtime'
import { adamW, decodeTrainingState, encodeTrainingState, oneCycle, train } from '@treadle/trainer'
import { networks } from './networks.js'
import { writeResults } from './results.js'

const usage = `node bench/winograd-training.js [options]: trains an image network with the kernels that the shapes choose and
with direct convolutions only, from the same seeds, and compares the test accuracies

  --network NAME   network of networks.js (default tiny)
  --seeds N        pairs of runs (default 5)
  --epochs N       (default 5)
  --threads N      (default 2)
  --data DIR       Fashion-MNIST's four gz files (default: the system's folder)
  --write          adds the table to bench/RESULTS.md

After every epoch the state of a run is written to bench/build/winograd-training. A command that was stopped continues
from there, and finished runs are not repeated. \`node --experimental-wasm-revectorize\` (24 or later) pairs SIMD, which takes
less time to the same bits. The optimizer is AdamW with weight decay 0.02 and a one-cycle rate of at
most 0.01, batch size 32.`

const { values: options } = parseArgs({
  options: {
    network: { type: 'string', default: 'tiny' },
    seeds: { type: 'string', default: '5' },
    epochs: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    data: { type: 'string', default: '/usr/share/datasets/fashion-mnist' },
    write: { type: 'boolean', default: false },
    run: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const kinds = ['winograd', 'direct']
const epochs = Number(options.epochs)
const folder = new URL('build/winograd-training/', import.meta.url)
const fileOf = (seed, kind, extension) =>
  new URL(`${options.network}-${epochs}-${seed}-${kind}.${extension}`, folder)
/** 0.975 quantiles of Student's t distribution with 1, 2, … degrees of freedom. */
const QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]

if (options.help) console.log(usage)
else if (options.run) await run(...options.run.split(','))
else compare()

/** Trains once in this process, from the stored state if there is one. */
async function run(seedText, kind) {
  const seed = Number(seedText)
  const wideSimd = inspectRuntime().wideSimd.on
  const runtime = await startRuntime({ threads: Number(options.threads), wideSimd })
  const data = await loadFashionMnist({ source: { folder: options.data } })
  const model = networks[options.network](tfl, seed)
  const optimizer = adamW({ weightDecay: 0.02, learningRate: oneCycle({ peak: 0.01 }) })
  const methods = await methodsOf(model, runtime, optimizer)
  if (methods.some((method) => method !== 'direct') !== (kind === 'winograd'))
    throw new Error(`${kind}: the methods are ${methods.join(', ')}.`)
  const stateFile = fileOf(seed, kind, 'state')
  const resume = existsSync(stateFile) ? decodeTrainingState(readFileSync(stateFile)) : undefined
  const settings = { epochs, seed, optimizer, executor: 'compiled', runtime, ...(resume && { resume }) }
  for await (const event of train(model, data, settings)) {
    if (event.type === 'epoch') {
      replace(stateFile, encodeTrainingState(event.state()))
      const accuracy = event.logs.val_accuracy.toFixed(4)
      console.log(
        `seed ${seed}, ${kind}, epoch ${event.epoch + 1}: ${accuracy}, ${event.seconds.toFixed(0)} s`,
      )
    }
    if (event.type === 'done')
      replace(fileOf(seed, kind, 'json'), JSON.stringify({ accuracies: event.history.val_accuracy }))
  }
  await runtime.dispose()
}

/** How the compiled network computes its 3×3 convolutions. */
async function methodsOf(model, runtime, optimizer) {
  const loss = 'sparseCategoricalCrossentropy'
  const host = await kernelHost(runtime)
  const program = await compileTraining(model, { host, loss, optimizer, batchSize: 32, seed: 1 })
  const methods = program.describe().rows.flatMap(({ method = [] }) => method)
  program.dispose()
  return methods
}

function replace(file, content) {
  const next = new URL(`${file}.next`)
  writeFileSync(next, content)
  renameSync(next, file)
}

function compare() {
  mkdirSync(folder, { recursive: true })
  const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i + 1)
  for (const seed of seeds) for (const kind of kinds) runApart(seed, kind)
  const pairs = seeds.map((seed) => kinds.map((kind) => read(seed, kind).at(-1)))
  const report = table(seeds, pairs)
  console.log(`\n${report}`)
  if (options.write)
    writeResults([report], new Map(), process.argv.slice(2), 'node bench/winograd-training.js')
}

function runApart(seed, kind) {
  if (existsSync(fileOf(seed, kind, 'json'))) return
  const hooks = new URL('direct-kernels.js', import.meta.url)
  const flags = kind === 'direct' ? ['--import', hooks.href] : []
  const own = [fileURLToPath(import.meta.url), ...process.argv.slice(2), '--run', `${seed},${kind}`]
  const { status, signal } = spawnSync(process.execPath, [...process.execArgv, ...flags, ...own], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`seed ${seed}, ${kind}: the run ended with ${signal ?? status}.`)
}

function read(seed, kind) {
  return JSON.parse(readFileSync(fileOf(seed, kind, 'json'), 'utf8')).accuracies
}

/** The accuracies of the pairs, and Student's 95 % interval of the mean difference. */
function table(seeds, pairs) {
  const differences = pairs.map(([winograd, direct]) => 100 * (winograd - direct))
  const count = differences.length
  const mean = differences.reduce((sum, value) => sum + value, 0) / count
  const deviation = Math.sqrt(differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1))
  const half = (QUANTILES[count - 2] * deviation) / Math.sqrt(count)
  const lines = seeds.map((seed, i) => {
    const [winograd, direct] = pairs[i]
    return `| ${seed} | ${winograd.toFixed(4)} | ${direct.toFixed(4)} | ${differences[i].toFixed(2)} |`
  })
  return [
    `### Training ${options.network} with Winograd and with direct convolutions`,
    '',
    `Test accuracy after ${epochs} epochs of Fashion-MNIST; the difference is in points.`,
    '',
    '| seed | Winograd | direct | difference |',
    '| ---: | ---: | ---: | ---: |',
    ...lines,
    '',
    count < 2
      ? `One pair has no interval.`
      : `Mean difference ${mean.toFixed(2)} points, 95 % interval from ${(mean - half).toFixed(2)} to ${(mean + half).toFixed(2)}.`,
  ].join('\n')
}
