import { parseArgs } from 'node:util'
import {
  compileKernels,
  convolutionExtent,
  convolutionGradientExtent,
  convolutionMethod,
  convolutionMethods,
  convolutionScratch,
  convolutionSharing,
  convolutionTransformedBytes,
  convolutionWeights,
  convolutionWeightsMethod,
  convolutionWeightsScratch,
  createMemory,
  depthwiseInputScratch,
  instantiateKernels,
  poolIndexBytes,
  referenceProduct,
  sequenceBytes,
  setSequence,
  writeSequence,
} from '@treadle/kernels'
import { writeResults } from './results.js'

const usage = `pnpm bench:convolution [options]: the rate of each convolution kernel beside that of our product 896×32 · 32×32, on one thread

  --rounds N       rounds in turn (default 30)
  --batch N        images (default 32)
  --shards N       parts of an instruction (default 8)
  --only TEXT      cases whose name has the text
  --write          adds the table to bench/RESULTS.md

A rate counts the operations of the direct convolution, whatever the method. The product runs before and after
every case. Times are processor time, so that other programs disturb little.`

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    batch: { type: 'string', default: '32' },
    shards: { type: 'string', default: '8' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const images = Number(options.batch)
const shards = Number(options.shards)
const { memory, allocate } = createMemory({ shared: false })
const kernels = await instantiateKernels(await compileKernels({ shared: false }), memory)

let state = 1
/** Numbers of [−1, 1); negative ones become 0 where `positive`. */
function buffer(bytes, positive = false) {
  const address = allocate(bytes)
  const floats = new Float32Array(memory.buffer, address, bytes / 4)
  for (let i = 0; i < floats.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    floats[i] = positive ? Math.max(0, state / 2 ** 31) : state / 2 ** 31
  }
  return address
}

/** @returns a function that runs the instruction for a batch */
function instruction(name, operands, rows = images) {
  const steps = {
    phases: [{ serial: true, meet: false, instructions: [{ name, operands }] }],
    shards,
    batchSize: rows,
  }
  const sequence = allocate(sequenceBytes(steps))
  const [[record]] = writeSequence(memory, sequence, steps)
  setSequence(memory, sequence, { sampleCount: rows, results: allocate(64) })
  return () => kernels.runInstruction(sequence, 0, record)
}

/** A map with a border of `top` and `left` pixels, and as many below and to the right as an extent needs. */
function map(name, extent, channels, top, left, positive) {
  const pixel = 4 * channels
  const row = pixel * extent.columns
  const image = row * extent.rows
  const base = buffer(images * image, positive)
  return {
    operands: { [name]: base, [`${name}Image`]: image, [`${name}Row`]: row, [`${name}Pixel`]: pixel },
    inner: {
      [name]: base + top * row + left * pixel,
      [`${name}Image`]: image,
      [`${name}Row`]: row,
      [`${name}Pixel`]: pixel,
    },
  }
}

const product = await referenceProduct()

const cases = []

function convolution(size, channels, filters, kernel = 3, stride = 1) {
  const shape = {
    height: size,
    width: size,
    channels,
    filters,
    kernelHeight: kernel,
    kernelWidth: kernel,
    strideHeight: stride,
    strideWidth: stride,
    dilationHeight: 1,
    dilationWidth: 1,
  }
  const title = `${kernel}×${kernel} ${size}² ${channels}→${filters}${stride > 1 ? ` /${stride}` : ''}`
  if (!title.includes(options.only)) return
  const flops = 2 * images * size * size * kernel * kernel * channels * filters
  const layout = convolutionWeights(shape)
  const winograd = kernel === 3 && stride === 1 && channels % 4 === 0
  for (const [name, method] of Object.entries(convolutionMethods)) {
    if (method !== 0 && !winograd) continue
    const pad = Math.floor(kernel / 2)
    const x = map('x', convolutionExtent(shape, method), channels, pad, pad, true).operands
    const y = map('y', { rows: size, columns: size }, filters, 0, 0).operands
    const dy = map('dy', convolutionGradientExtent(shape, method), filters, 0, 0).operands
    const source = buffer(layout.bytes)
    let weights = source
    let transform
    if (method !== 0) {
      weights = allocate(convolutionTransformedBytes(shape, method))
      transform = instruction('winogradWeights', { source, target: weights, channels, filters, method })
    }
    const scratchThread = convolutionScratch(shape, method)
    const forward = instruction('convolve', {
      ...x,
      ...y,
      weights,
      bias: 0,
      ...shape,
      flags: 0,
      method,
      scratch: scratchThread && allocate(scratchThread * shards),
      scratchThread,
      byRow: 0,
    })
    const run = transform
      ? () => {
          transform()
          forward()
        }
      : forward
    cases.push({ title, name: `forward, ${name}`, flops, run, chosen: convolutionMethod(shape) === method })
    const gradientScratch = convolutionWeightsScratch(shape, method)
    const byWeights = instruction('convolveWeights', {
      ...x,
      ...dy,
      dw: allocate(layout.bytes * shards),
      dwPart: layout.bytes,
      db: 0,
      dbPart: 0,
      ...shape,
      method,
      scratch: gradientScratch && allocate(gradientScratch * shards),
      scratchThread: gradientScratch,
      ...convolutionSharing(shape, method, { shards, batchSize: images }),
    })
    cases.push({
      title,
      name: `by weights, ${name}`,
      flops,
      run: byWeights,
      chosen: convolutionWeightsMethod(shape) === method,
    })
  }
}

function depthwise(size, channels, multiplier = 1) {
  const filters = channels * multiplier
  const shape = {
    height: size,
    width: size,
    channels,
    filters,
    kernelHeight: 3,
    kernelWidth: 3,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    multiplier,
  }
  const title = `depthwise 3×3 ${size}² ${channels}${multiplier > 1 ? `·${multiplier}` : ''}`
  if (!title.includes(options.only)) return
  const flops = 2 * images * size * size * 9 * filters
  const x = map('x', { rows: size + 2, columns: size + 2 }, channels, 1, 1, true)
  const dx = map('dx', { rows: size + 2, columns: size + 2 }, channels, 1, 1).inner
  const y = map('y', { rows: size, columns: size }, filters, 0, 0).operands
  const dy = map('dy', { rows: size, columns: size }, filters, 0, 0).operands
  const weights = buffer(9 * 4 * filters)
  const add = (name, instructionName, operands) =>
    cases.push({ title, name, flops, run: instruction(instructionName, operands), chosen: true })
  add('forward', 'depthwise', { ...x.operands, ...y, weights, bias: 0, ...shape, flags: 0, byRow: 0 })
  const bytes = 36 * filters
  const scratchThread = depthwiseInputScratch(shape)
  add('by weights', 'depthwiseWeights', {
    ...x.operands,
    ...dy,
    dw: allocate(bytes * shards),
    dwShard: bytes,
    db: 0,
    dbShard: 0,
    ...shape,
  })
  add('by input', 'depthwiseInput', {
    ...dy,
    ...dx,
    weights,
    ...shape,
    inputHeight: size,
    inputWidth: size,
    top: 1,
    left: 1,
    accumulate: 0,
    scratch: allocate(scratchThread || 64),
    scratchThread,
  })
}

function pooling(size, channels) {
  const title = `pool 2×2 ${size}² ${channels}`
  if (!title.includes(options.only)) return
  const half = size / 2
  const windows = {
    height: half,
    width: half,
    channels,
    inputHeight: size,
    inputWidth: size,
    windowHeight: 2,
    windowWidth: 2,
    strideHeight: 2,
    strideWidth: 2,
    top: 0,
    left: 0,
  }
  const x = map('x', { rows: size, columns: size }, channels, 0, 0, true).operands
  const dx = map('dx', { rows: size, columns: size }, channels, 0, 0).operands
  const y = map('y', { rows: half, columns: half }, channels, 0, 0).operands
  const dy = map('dy', { rows: half, columns: half }, channels, 0, 0).operands
  const indices = allocate(images * half * half * channels * poolIndexBytes(2, 2))
  const flops = images * size * size * channels
  const add = (name, operands) =>
    cases.push({ title, name, flops, run: instruction(name, operands), chosen: true })
  add('maxPoolOfNumbers', { ...x, ...y, ...windows })
  add('averagePool', { ...x, ...y, ...windows })
  // The others read and write four channels at a time.
  if (channels % 4 !== 0) return
  add('maxPool', { ...x, ...y, indices, ...windows })
  add('maxPoolBackward', { ...dy, ...dx, indices, ...windows, accumulate: 0 })
  add('averagePoolBackward', { ...dy, ...dx, ...windows, accumulate: 0 })
}

const EIGHT = [
  [28, 16, 16],
  [28, 32, 32],
  [14, 32, 32],
  [14, 32, 64],
  [14, 64, 64],
  [7, 64, 64],
  [7, 64, 128],
  [7, 128, 128],
]

const row = (cells) => `| ${cells.join(' | ')} |`

function lines(heading, rows) {
  return [row(heading), row(heading.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n')
}

/** Milliseconds of processor time: other programs on the machine count little. */
function measure(run) {
  const start = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1]

async function main() {
  for (const [size, channels, filters] of EIGHT) convolution(size, channels, filters)
  for (const filters of [16, 32]) convolution(28, 1, filters)
  for (const channels of [3, 4]) convolution(32, channels, 16)
  convolution(28, 1, 32, 5)
  convolution(14, 64, 128, 1)
  convolution(7, 64, 128, 1)
  convolution(14, 16, 32, 3, 2)
  depthwise(28, 32)
  depthwise(28, 16, 2)
  depthwise(28, 3, 8)
  pooling(28, 32)
  pooling(28, 3)
  const times = cases.map(() => ({ own: [], ratio: [] }))
  for (const { run } of cases) for (let i = 0; i < 3; i++) run()
  for (let i = 0; i < 50; i++) product.run()
  for (let round = 0; round < Number(options.rounds); round++) {
    cases.forEach(({ flops, run }, i) => {
      // As long as the case, before and after it.
      const repeats = Math.max(4, Math.ceil(flops / product.flops / 4))
      const probe = () => {
        for (let k = 0; k < repeats; k++) product.run()
      }
      const before = measure(probe)
      const own = measure(run)
      const after = measure(probe)
      const rate = (2 * repeats * product.flops) / (before + after)
      times[i].own.push(own)
      times[i].ratio.push(flops / own / rate)
    })
  }
  const rows = cases.map(({ title, name, flops, chosen }, i) => {
    const own = median(times[i].own)
    return [
      title,
      `${name}${chosen ? ' *' : ''}`,
      own.toFixed(3),
      (flops / own / 1e6).toFixed(1),
      median(times[i].ratio).toFixed(2),
    ]
  })
  const eight = EIGHT.map(([size, channels, filters]) => `3×3 ${size}² ${channels}→${filters}`)
  const names = [...new Set(cases.filter(({ title }) => eight.includes(title)).map(({ name }) => name))]
  const means = names.map((name) => {
    const ratios = cases.flatMap((one, i) =>
      one.name === name && eight.includes(one.title) ? [median(times[i].ratio)] : [],
    )
    return [
      name,
      Math.exp(ratios.reduce((sum, r) => sum + Math.log(r), 0) / ratios.length).toFixed(2),
      Math.min(...ratios).toFixed(2),
    ]
  })
  const text = [
    '### Convolution kernels beside our product 896×32 · 32×32',
    `Medians of ${options.rounds} rounds in turn; batch ${images}, ${shards} shards, one thread. \`*\` marks the method that the shape chooses.`,
    lines(['shape', 'kernel', 'ms', 'GFLOP/s', '× product'], rows),
    'Geometric means over the eight 3×3 shapes:',
    lines(['kernel', '× product', 'least'], means),
  ]
  console.log(text.join('\n\n'))
  if (options.write) writeResults(text, [], process.argv.slice(2), 'pnpm bench:convolution')
}

if (options.help) console.log(usage)
else await main()
