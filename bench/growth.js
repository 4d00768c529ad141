import { parseArgs } from 'node:util'
import { compileTraining, productRate } from '@treadle/compiler'
import { Purpose, RandomStream, permutation } from '@treadle/core'
import { wideAndDeepClassifier } from '@treadle/model'
import { kernelHost, startRuntime } from '@treadle/runtime'
import { adam } from '@treadle/trainer'
import { readImages } from './contenders/adapter.js'
import { describeMachine, writeResults } from './results.js'

const usage = `pnpm bench:growth [options]: measures the instructions of the compiled training step, and its time by batch size, width, threads and images

  --batches LIST   batch sizes (default 1,4,16,32,64,256,1024)
  --widths LIST    units of both hidden layers (default 30,64,128,256,512,1024)
  --threads LIST   (default 1,2)
  --images LIST    training images of an epoch (default 6000,12000,30000,60000)
  --seconds N      duration of the measurement of each point (default 2)
  --data DIR       Fashion-MNIST's gz files (default: the system's folder)
  --write          adds the tables to bench/RESULTS.md

Only one parameter changes at a time. The others are batch size 32, 30 units and all images.`

const numbers = (text) => text.split(',').map(Number)
const { values } = parseArgs({
  options: {
    batches: { type: 'string', default: '1,4,16,32,64,256,1024' },
    widths: { type: 'string', default: '30,64,128,256,512,1024' },
    threads: { type: 'string', default: '1,2' },
    images: { type: 'string', default: '6000,12000,30000,60000' },
    seconds: { type: 'string', default: '2' },
    data: { type: 'string', default: '/usr/share/datasets/fashion-mnist' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(usage)
} else {
  await growth()
}

async function growth() {
  const { train } = readImages(values.data)
  const data = { ...train, labels: Int32Array.from(train.labels) }
  const usual = { batch: 32, width: 30, images: data.count }
  const axes = {
    batch: { title: 'batch size', points: numbers(values.batches) },
    width: { title: 'units of each hidden layer', points: numbers(values.widths) },
    images: { title: 'images of an epoch', points: numbers(values.images) },
  }
  console.log(describeMachine())
  const tables = [await whereTimeGoes(data, usual)]
  console.log(`\n${tables[0]}`)
  for (const [axis, { title, points }] of Object.entries(axes)) {
    const found = []
    // Threads in the outer loop, since only one runtime can be active.
    for (const threads of numbers(values.threads)) {
      const runtime = await startRuntime({ threads })
      if (runtime.threads !== threads) throw new Error(`${runtime.threads} threads run, not ${threads}.`)
      for (const point of points) {
        process.stderr.write(`\r\u001b[K${axis} ${point}, threads ${threads}`)
        found.push({ point, threads, ...(await measure(data, { ...usual, [axis]: point }, runtime)) })
      }
      await runtime.dispose()
    }
    process.stderr.write('\r\u001b[K')
    tables.push(table(title, found))
    console.log(`\n${tables.at(-1)}`)
  }
  if (values.write) writeResults(tables, new Map(), process.argv.slice(2), 'pnpm bench:growth')
}

/** A Markdown table of each instruction's share of a step on one thread, with the rates of a step and of one product. */
async function whereTimeGoes(data, settings) {
  const runtime = await startRuntime({ threads: 1 })
  const { program, dispose } = await compile(data, settings, runtime)
  const steps = 200
  const scalars = new Float32Array(2 * steps).fill(0.001)
  // Alternates unprofiled and profiled runs: the time of a whole step then excludes the cost of the clock.
  const taken = []
  for (let round = 0; round < 5; round++) {
    const start = performance.now()
    await program.run({ epoch: round, firstStep: 0, steps, scalars })
    taken.push((1e3 * (performance.now() - start)) / steps)
    program.profile(0, steps)
  }
  const whole = taken.toSorted((a, b) => a - b)[2]
  const { rows, flops } = program.describe()
  dispose()
  const best = await productRate()
  await runtime.dispose()
  const sum = rows.reduce((total, { microseconds }) => total + microseconds, 0)
  const lines = [...new Set(rows.map(({ instruction }) => instruction))]
    .map((instruction) => {
      const list = rows.filter((one) => one.instruction === instruction)
      const total = (key) => list.reduce((all, one) => all + one[key], 0)
      return { instruction, count: list.length, time: total('microseconds'), flops: total('flops') }
    })
    .toSorted((a, b) => b.time - a.time)
    .filter(({ time }) => time >= 0.005 * sum)
    .map(({ instruction, count, time, flops: work }) => [
      instruction,
      count,
      time.toFixed(1),
      `${((100 * time) / sum).toFixed(1)} %`,
      (work / time / 1e3).toFixed(1),
    ])
  const own = flops / whole / 1e3
  return [
    '### Time of a step by instruction',
    '',
    `Batch ${settings.batch}, one thread; instructions below 0.5 % are omitted. A whole step takes ${whole.toFixed(0)} µs, ` +
      `${own.toFixed(1)} GFLOP/s: ${((100 * own) / best).toFixed(0)} % of the ${best.toFixed(1)} GFLOP/s of the same kernel for 896×32 by 32×32.`,
    '',
    row(['instruction', 'count', 'µs', 'share', 'GFLOP/s']),
    row(['---', '---:', '---:', '---:', '---:']),
    ...lines.map(row),
  ].join('\n')
}

/** Steps per second over whole shuffled epochs, for about `--seconds` after a warm-up epoch. */
async function measure(data, settings, runtime) {
  const { batch, images } = settings
  const { program, dispose } = await compile(data, settings, runtime)
  const steps = Math.ceil(images / batch)
  // A call takes about 50 ms, as in the trainer.
  let chunk = 1
  let epoch = 0
  const order = permutation(images, new RandomStream(1, Purpose.shuffle))
  const rateFor = async (seconds) => {
    const start = performance.now()
    let done = 0
    let at = 0
    let taken = 0
    do {
      const size = Math.min(chunk, steps - at)
      const scalars = new Float32Array(2 * size).fill(0.001)
      const before = performance.now()
      await program.run({
        epoch,
        order,
        firstStep: at,
        steps: size,
        scalars,
      })
      const each = (performance.now() - before) / size
      chunk = Math.max(1, Math.round(50 / each))
      done += size
      at = (at + size) % steps
      if (at === 0) epoch += 1
      taken = (performance.now() - start) / 1000
    } while (taken < seconds)
    return done / taken
  }
  await rateFor(Number(values.seconds) / 4)
  const rate = await rateFor(Number(values.seconds))
  const { flops, arenaBytes } = program.describe()
  dispose()
  return { rate, flops, arenaBytes, batch, epochSeconds: steps / rate }
}

/** Compiles the baseline network, or a wider one, and binds the images. */
async function compile(data, { batch, width, images }, runtime) {
  const model = wideAndDeepClassifier({ seed: 1, units: [width, width] })
  const program = await compileTraining(model, {
    host: await kernelHost(runtime),
    loss: 'sparseCategoricalCrossentropy',
    optimizer: adam(),
    batchSize: batch,
    seed: 1,
  })
  program.bind({
    inputs: data.images.subarray(0, images * 784),
    targets: data.labels.subarray(0, images),
    count: images,
  })
  const dispose = () => {
    program.dispose()
    model.dispose()
  }
  return { program, dispose }
}

/** A Markdown table with one row for each point and number of threads. */
function table(title, found) {
  const heading = [title, 'threads', 'steps/s', 'ms/step', 'µs/sample', 'GFLOP/s', 's/epoch', 'arena MB']
  const lines = found
    .toSorted((a, b) => a.point - b.point || a.threads - b.threads)
    .map(({ point, threads, rate, batch, flops, epochSeconds, arenaBytes }) => [
      point,
      threads,
      rate.toFixed(rate < 100 ? 1 : 0),
      (1e3 / rate).toPrecision(3),
      (1e6 / rate / batch).toPrecision(3),
      ((flops * rate) / 1e9).toFixed(1),
      epochSeconds.toPrecision(3),
      (arenaBytes / 1e6).toFixed(1),
    ])
  return [
    `### Growth with ${title}`,
    '',
    'The compiled training step. FLOPs are computed from the plan, for one step with a whole batch.',
    '',
    row(heading),
    row(heading.map(() => '---:')),
    ...lines.map(row),
  ].join('\n')
}

function row(cells) {
  return `| ${cells.join(' | ')} |`
}
