import { startPool } from '../runtime/dist/index.js'
import { compileKernels, instantiateKernels, sequenceBytes, writeSequence, setSequence } from '@treadle/kernels'
import { compileInference } from './dist/index.js'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-wasm'
import { createMemory } from '@treadle/kernels'
import { compileTraining } from './dist/index.js'
function report(rate = 0.5) {
  const input = tfl.input({ shape: [28, 28] })
  const a = tfl.layers.dense({ units: 30, activation: 'relu' }).apply(input)
  const b = tfl.layers.batchNormalization().apply(a)
  const c = tfl.layers.dense({ units: 30, activation: 'relu' }).apply(b)
  const d = tfl.layers.batchNormalization().apply(c)
  const e = tfl.layers.dropout({ rate }).apply(d)
  const f = tfl.layers.concatenate().apply([input, e])
  const g = tfl.layers.flatten().apply(f)
  const h = tfl.layers.dense({ units: 10, activation: 'softmax' }).apply(g)
  return tfl.model({ inputs: input, outputs: h })
}

await tf.setBackend('wasm')
const B = +(process.argv[2] ?? 32), T = (process.argv[3] ?? '1,2').split(',').map(Number)
const model = report(); const memory = createMemory()
const n = 6000, steps = Math.ceil(n / B)
const lr = new Float32Array(steps).fill(0.001)
const inputs = Uint8Array.from({ length: n * 784 }, () => Math.random() * 256), targets = Int32Array.from({ length: n }, () => Math.random() * 10)
const progs = []
for (const t of T) {
  const runner = await startPool(memory, { threads: t, cores: 2, binary: (await import('node:fs')).readFileSync('/tmp/eng/spin.wasm') })
  const host = { memory: memory.memory, allocate: memory.allocate, free: memory.free, runner }
  const program = await compileTraining(model, { host, batchSize: B, seed: 7, loss: 'sparseCategoricalCrossentropy', optimizer: { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } })
  program.bind({ inputs, targets, count: n })
  progs.push({ t, runner, program, times: [], inf: await compileInference(model, { host }), itimes: [] })
}
// the same kernel, 896x32 by 32x32
const k = await instantiateKernels(await compileKernels({ shared: true }), memory.memory)
const A = memory.allocate(896 * 128), Bm = memory.allocate(4096), C = memory.allocate(896 * 128)
const ph = [{ serial: false, meet: false, instructions: [{ name: 'gemm', operands: { a: A, aRow: 128, b: Bm, bRow: 64, panel: 2048, c: C, cRow: 128, k: 32, columns: 32, lines: 28, bias: 0, flags: 0, groups: 1, bGroup: 0, cGroup: 0, byColumn: 0 } }] }]
const seq = memory.allocate(sequenceBytes(ph)); writeSequence(memory.memory, seq, { phases: ph, shards: 8, batchSize: 32 }); setSequence(memory.memory, seq, { sampleCount: 1e9 })
const peak = []
for (let r = 0; r < 600; r++) {
  const steps = 8, f = (r * 8) % 80
  { const t = performance.now(); k.run(seq, 0, 40, 0, 1); peak.push(40 * 2 * 896 * 32 * 32 / (performance.now() - t) / 1e6) }
  for (const p of progs) {
    let t = performance.now(); await p.program.run({ epoch: r, firstStep: f, steps, learningRates: lr.subarray(0, 8), stepSizes: lr.subarray(0, 8) }); p.times.push((performance.now() - t) / steps)
    if (r % 40 == 0) { t = performance.now(); await p.inf.run(inputs, n); p.itimes.push(performance.now() - t) }
  }
}
const med = (l) => [...l].sort((a, b) => a - b)[l.length / 10 | 0], min = (l) => Math.min(...l)
console.log('gemm GF/s median', med(peak).toFixed(1), 'max', Math.max(...peak).toFixed(1))
const fl = progs[0].program.describe().flops
const g = progs[0].program.describe().rows.filter(r => r.instruction.startsWith('gemm')).reduce((s, r) => s + r.flops, 0)
for (const p of progs) console.log(p.t, 'threads: ms/step min', min(p.times).toFixed(4), 'p10', med(p.times).toFixed(4), 'GEMM-GF/s', (g / med(p.times) / 1e6).toFixed(1), '/', (g / min(p.times) / 1e6).toFixed(1), 'inference of', n, 'ms', med(p.itimes).toFixed(1), min(p.itimes).toFixed(1))
for (const p of progs) { await p.program.dispose(); await p.runner.dispose() }
