import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { startRuntime } from '@treadle/runtime'
import { writeResults } from './results.js'

const usage = `node bench/eager-convolutions.js [options]: convolutions and pooling of the backend treadle-wasm compared with the stock backend wasm, on one thread

  --rounds N       rounds in turn (default 9)
  --batch N        images (default 32)
  --only TEXT      cases whose name has the text
  --write          adds the table to bench/RESULTS.md

Both backends run in one process and in turn, a kernel at a time, each on tensors of its own. The times are processor time for
each call, medians of the rounds, so that other programs disturb little. A dash is a kernel that the stock backend lacks: tfjs
then cannot compute the gradient. The last column is the largest difference of the results, relative to the largest value.`

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    batch: { type: 'string', default: '32' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const images = Number(options.batch)
/** Processor time of one measurement, in microseconds. */
const LEAST = 20_000

let state = 1
function values(shape) {
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  })
}

const cases = []

/** @param inputs shapes by name; `like` names inputs that are computed by other kernels */
function add(name, kernel, inputs, attributes) {
  const data = Object.fromEntries(
    Object.entries(inputs).map(([key, shape]) => [key, { shape, values: values(shape) }]),
  )
  if (name.includes(options.only)) cases.push({ name, kernel, data, attributes })
}

function convolution(size, channels, filters, kernel = 3, strides = 1) {
  const [x, filter] = [
    [images, size, size, channels],
    [kernel, kernel, channels, filters],
  ]
  const dy = [images, size / strides, size / strides, filters]
  const title = `${kernel}×${kernel} ${size}² ${channels}→${filters}${strides > 1 ? ` /${strides}` : ''}`
  const common = { strides, pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] }
  add(`${title}, forward`, 'Conv2D', { x, filter }, common)
  add(`${title}, by input`, 'Conv2DBackpropInput', { dy, filter }, { ...common, inputShape: x })
  add(`${title}, by weights`, 'Conv2DBackpropFilter', { x, dy }, { ...common, filterShape: filter })
}

function depthwise(size, channels) {
  const [x, filter] = [
    [images, size, size, channels],
    [3, 3, channels, 1],
  ]
  const title = `depthwise 3×3 ${size}²·${channels}`
  const common = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] }
  add(`${title}, forward`, 'DepthwiseConv2dNative', { x, filter }, common)
  const input = { ...common, inputShape: x }
  add(`${title}, by input`, 'DepthwiseConv2dNativeBackpropInput', { dy: x, filter }, input)
  const weights = { ...common, filterShape: filter }
  add(`${title}, by weights`, 'DepthwiseConv2dNativeBackpropFilter', { x, dy: x }, weights)
}

function pooling(size, channels, window = 2, strides = window, pad = 'valid') {
  const x = [images, size, size, channels]
  const pooled = pad === 'same' ? Math.ceil(size / strides) : Math.floor((size - window) / strides) + 1
  const dy = [images, pooled, pooled, channels]
  const step = strides === window ? '' : ` /${strides}`
  const title = `${window}×${window} ${size}²·${channels}${step}`
  const common = { filterSize: window, strides, pad }
  add(`max pooling ${title}, forward`, 'MaxPool', { x }, common)
  add(`max pooling ${title}, gradient`, 'MaxPoolGrad', { dy, input: x }, common)
  add(`average pooling ${title}, forward`, 'AvgPool', { x }, common)
  add(`average pooling ${title}, gradient`, 'AvgPoolGrad', { dy, input: x }, common)
}

/** Uploads the inputs of a case to a backend. @returns a call of the kernel, or undefined where the backend lacks it */
async function prepare(backend, { kernel, data, attributes }) {
  if (!tf.getKernel(kernel, backend)) return undefined
  await tf.setBackend(backend)
  const inputs = Object.fromEntries(
    Object.entries(data).map(([key, { shape, values: own }]) => [key, tf.tensor(own, shape)]),
  )
  // The gradient of max pooling also reads the result.
  if (kernel === 'MaxPoolGrad')
    inputs.output = tf.engine().runKernel('MaxPool', { x: inputs.input }, attributes)
  const call = () => tf.engine().runKernel(kernel, inputs, attributes)
  return { inputs, call }
}

/** Processor time of one call, in microseconds. */
function measure(call, count) {
  const start = process.cpuUsage()
  for (let i = 0; i < count; i++) call().dispose()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / count
}

function median(list) {
  return list.toSorted((a, b) => a - b)[list.length >> 1]
}

function difference(found, expected) {
  let [worst, most] = [0, 0]
  expected.forEach((value, i) => {
    worst = Math.max(worst, Math.abs(value - found[i]))
    most = Math.max(most, Math.abs(value))
  })
  return worst / most
}

if (options.help) {
  console.log(usage)
} else {
  for (const [size, channels, filters] of [
    [28, 1, 16],
    [28, 16, 32],
    [14, 32, 64],
    [8, 64, 128],
  ])
    convolution(size, channels, filters)
  convolution(28, 16, 32, 3, 2)
  convolution(14, 64, 128, 1)
  depthwise(28, 32)
  pooling(28, 32)
  pooling(28, 3)
  pooling(28, 32, 3, 2, 'same')
  pooling(14, 64, 14)
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'))
  setWasmPaths(join(folder, 'wasm-out/'))
  await tf.setBackend('wasm')
  const runtime = await startRuntime({ threads: 1 })
  const backends = ['wasm', tf.getBackend()]
  const lines = ['| kernel | stock, µs | treadle-wasm, µs | ratio | difference |', '|---|--:|--:|--:|--:|']
  for (const one of cases) {
    const prepared = []
    for (const backend of backends) {
      const run = await prepare(backend, one)
      const output = run?.call()
      const result = output?.dataSync()
      output?.dispose()
      const count = run ? Math.max(1, Math.ceil(LEAST / Math.max(1, measure(run.call, 2)))) : 0
      prepared.push({ backend, run, result, count, times: [] })
    }
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const { backend, run, count, times } of prepared) {
        if (!run) continue
        await tf.setBackend(backend)
        times.push(measure(run.call, count))
      }
    }
    for (const { run } of prepared) if (run) tf.dispose(run.inputs)
    const [stock, own] = prepared
    const time = (times) => (times.length > 0 ? median(times).toFixed(0) : '–')
    const both = stock.run && own.run
    const ratio = both ? (median(stock.times) / median(own.times)).toFixed(2) : '–'
    const off = both ? difference(own.result, stock.result).toExponential(0) : '–'
    lines.push(`| ${one.name} | ${time(stock.times)} | ${time(own.times)} | ${ratio} | ${off} |`)
    console.log(lines.at(-1))
  }
  await runtime.dispose()
  const table = lines.join('\n')
  console.log(`\n${table}`)
  if (options.write) writeResults([table], [], process.argv.slice(2), 'node bench/eager-convolutions.js')
}
