import { parseArgs } from 'node:util'
import * as tfl from '@tensorflow/tfjs-layers'
import { loadFashionMnist } from '@treadle/dataset'
import { startRuntime } from '@treadle/runtime'
import { adamW, muon, sgd, train } from '@treadle/trainer'
import { networks } from './networks.js'

const usage = `node bench/optimizers.js [options]: the time of a training step by optimizer, as a ratio of AdamW's

  --network NAME   network of networks.js (default tiny)
  --batch-size N   (default 64)
  --samples N      images of an epoch, from the sample of Fashion-MNIST (default 640)
  --rounds N       rounds in turn (default 5)

Each round trains two epochs with each optimizer in turn, on one thread, and takes the processor time of the second one.`

const { values: options } = parseArgs({
  options: {
    network: { type: 'string', default: 'tiny' },
    'batch-size': { type: 'string', default: '64' },
    samples: { type: 'string', default: '640' },
    rounds: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
})

const cases = {
  adamw: adamW(),
  sgd: sgd({ momentum: 0.9 }),
  muon: muon(),
  'muon, convolutions too': muon({ convolutions: true }),
}

async function secondsOf(model, data, optimizer) {
  let begun
  let seconds
  const batchSize = Number(options['batch-size'])
  for await (const event of train(model, data, {
    epochs: 2,
    batchSize,
    seed: 1,
    validation: false,
    optimizer,
  })) {
    if (event.type !== 'epoch') continue
    if (event.epoch === 0) begun = process.cpuUsage()
    else {
      const { user, system } = process.cpuUsage(begun)
      seconds = (user + system) / 1e6
    }
  }
  return seconds
}

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1]

async function measure() {
  const runtime = await startRuntime({ threads: 1 })
  const { train: all } = await loadFashionMnist({ source: 'sample' })
  const count = Math.min(Number(options.samples), all.count)
  const data = {
    ...all,
    images: all.images.subarray(0, count * 784),
    labels: all.labels.subarray(0, count),
    count,
  }
  const steps = Math.ceil(count / Number(options['batch-size']))
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [name, optimizer] of Object.entries(cases)) {
      const model = networks[options.network](tfl)
      times[name].push((1000 * (await secondsOf(model, data, optimizer))) / steps)
      model.dispose()
    }
  }
  await runtime.dispose()
  console.log(
    `ms of a step of ${options.network}, batch size ${options['batch-size']}; ratio to AdamW, median of ${options.rounds} rounds`,
  )
  for (const [name, own] of Object.entries(times)) {
    const ratio = median(own.map((time, round) => time / times.adamw[round]))
    console.log(`${name.padEnd(24)} ${median(own).toFixed(2).padStart(8)} ${ratio.toFixed(3).padStart(8)}`)
  }
}

if (options.help) console.log(usage)
else await measure()
