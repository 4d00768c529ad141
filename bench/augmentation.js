import { parseArgs } from 'node:util'
import * as tfl from '@tensorflow/tfjs-layers'
import { loadFashionMnist } from '@treadle/dataset'
import { models } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import {
  brightness,
  contrast,
  cutmix,
  cutout,
  erase,
  flip,
  mixup,
  noise,
  rotate,
  shear,
  shift,
  train,
  zoom,
} from '@treadle/trainer'
import { networks } from './networks.js'
import { writeResults } from './results.js'

const usage = `node bench/augmentation.js [options]: the time that each augmentation adds to a training step

  --network NAMES  networks of networks.js, and the preset mlp (default tiny,mlp)
  --threads N      (default 1)
  --samples N      images of an epoch, from Fashion-MNIST (default 6000)
  --rounds N       rounds in turn (default 5)
  --only TEXT      augmentations whose name has the text
  --write          adds the table to bench/RESULTS.md

What an augmentation costs does not depend on the network, and is far less than a step of a convolutional one varies. So it is
measured in a network of one dense layer, by epochs with and without it in turn. The share is that of a step of each network, of
which each round trains an epoch without augmentation: of all samples for mlp, of a tenth of them for the others. On one thread the times are processor time,
so that other programs disturb little; on more threads they are wall time.`

const { values: options } = parseArgs({
  options: {
    network: { type: 'string', default: 'tiny,mlp' },
    threads: { type: 'string', default: '1' },
    samples: { type: 'string', default: '6000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** The augmentations, and the largest part of a step that they may add. */
const cases = [
  { name: 'flip', list: [flip()], most: 0.05 },
  { name: 'shift', list: [shift(2)], most: 0.05 },
  { name: 'cutout', list: [cutout(8)], most: 0.05 },
  { name: 'erase', list: [erase(0.5)], most: 0.05 },
  { name: 'rotate', list: [rotate(15)], most: 0.15 },
  { name: 'rotate, zoom and shear', list: [rotate(15), zoom(0.1), shear(0.1)], most: 0.15 },
  { name: 'brightness', list: [brightness(0.2)] },
  { name: 'contrast', list: [contrast(0.2)] },
  { name: 'noise', list: [noise(0.05)] },
  { name: 'mixup', list: [mixup()] },
  { name: 'CutMix', list: [cutmix()] },
]

const threads = Number(options.threads)
const samples = Number(options.samples)
const rounds = Number(options.rounds)

/** Seconds of the second epoch of a run: the first one compiles the kernels and warms up. */
async function epoch(model, data, augmentation, batchSize = 32) {
  const settings = { epochs: 2, batchSize, seed: 1, validation: false, augmentation }
  let begun
  let seconds
  for await (const event of train(model, data, settings)) {
    if (event.type !== 'epoch') continue
    if (event.epoch === 0) begun = process.cpuUsage()
    else {
      const { user, system } = process.cpuUsage(begun)
      seconds = threads === 1 ? (user + system) / 1e6 : event.seconds
    }
  }
  return seconds
}

const sorted = (list) => list.toSorted((a, b) => a - b)
const median = (list) => sorted(list)[list.length >> 1]
const range = (list, digits) => `${sorted(list)[0].toFixed(digits)} to ${sorted(list).at(-1).toFixed(digits)}`
const percent = (part) => `${(100 * part).toFixed(1)} %`

const first = (images, count) => ({
  ...images,
  images: images.images.subarray(0, count * images.height * images.width * images.channels),
  labels: images.labels.subarray(0, count),
  count,
})

const dense = () =>
  tfl.sequential({
    layers: [
      tfl.layers.flatten({ inputShape: [28, 28] }),
      tfl.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  })

const chosenNetworks = options.network.split(',')
const preset = models.get('mlp')
/** A network, the images of an epoch that measures its step, and its batch. */
async function networkOf(name, data) {
  if (name !== 'mlp')
    return { model: networks[name](tfl), own: first(data, Math.ceil(data.count / 10)), batchSize: 32 }
  const model = await preset.build({ seed: 1, inputShape: [28, 28], outputs: 10 })
  return { model, own: data, batchSize: preset.recipe.training.batchSize }
}

async function measure() {
  const runtime = await startRuntime({ threads })
  const { train: all } = await loadFashionMnist()
  const data = first(all, Math.min(samples, all.count))
  const measured = await Promise.all(chosenNetworks.map((name) => networkOf(name, data)))
  const smallest = dense()
  const chosen = cases.filter(({ name }) => name.includes(options.only))
  const added = chosen.map(() => [])
  const steps = measured.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [i, { model, own, batchSize }] of measured.entries())
      steps[i].push(((await epoch(model, own, [], batchSize)) / own.count) * 1e6)
    for (const [i, { list }] of chosen.entries()) {
      const times = {}
      for (const kind of (round + i) % 2 === 0 ? ['without', 'with'] : ['with', 'without'])
        times[kind] = await epoch(smallest, data, kind === 'with' ? list : [])
      added[i].push(((times.with - times.without) / data.count) * 1e6)
    }
  }
  await runtime.dispose()
  const empty = measured.map(() => '').join(' | ')
  return [
    ...steps.map(
      (own, i) =>
        `| (${chosenNetworks[i]} alone) | ${empty} | | ${median(own).toFixed(1)} | ${range(own, 1)} |`,
    ),
    ...chosen.map(({ name, most }, i) => {
      const target = most === undefined ? '' : `≤ ${percent(most)}`
      const time = median(added[i])
      const shares = steps.map((own) => percent(time / median(own))).join(' | ')
      return `| ${name} | ${shares} | ${target} | ${time.toFixed(1)} | ${range(added[i], 1)} |`
    }),
  ]
}

if (options.help) console.log(usage)
else {
  const table = [
    `**Time that an augmentation adds to training with ${threads} ${threads === 1 ? 'thread' : 'threads'}, medians of ${rounds} rounds**`,
    '',
    `| augmentation | ${chosenNetworks.map((name) => `share of a step of ${name}`).join(' | ')} | target (tiny) | µs for an image | range of µs |`,
    `| --- | ${chosenNetworks.map(() => '---').join(' | ')} | --- | --- | --- |`,
    ...(await measure()),
  ].join('\n')
  console.log(table)
  if (options.write) writeResults([table], new Map(), process.argv.slice(2), 'node bench/augmentation.js')
}
