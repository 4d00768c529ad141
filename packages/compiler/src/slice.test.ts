import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-wasm'
import { createMemory } from '@treadle/kernels'
import { RandomStream, Purpose, dropoutMask } from '@treadle/core'
import { expect, test } from 'vitest'
import { compileTraining } from './index.ts'

function report(rate = 0.5) {
  const input = tfl.input({ shape: [28, 28] })
  const a = tfl.layers.dense({ units: 30, activation: 'relu' }).apply(input) as tfl.SymbolicTensor
  const b = tfl.layers.batchNormalization().apply(a) as tfl.SymbolicTensor
  const c = tfl.layers.dense({ units: 30, activation: 'relu' }).apply(b) as tfl.SymbolicTensor
  const d = tfl.layers.batchNormalization().apply(c) as tfl.SymbolicTensor
  const e = tfl.layers.dropout({ rate }).apply(d) as tfl.SymbolicTensor
  const f = tfl.layers.concatenate().apply([input, e]) as tfl.SymbolicTensor
  const g = tfl.layers.flatten().apply(f) as tfl.SymbolicTensor
  const h = tfl.layers.dense({ units: 10, activation: 'softmax' }).apply(g) as tfl.SymbolicTensor
  return tfl.model({ inputs: input, outputs: h })
}

test('the slice', async () => {
  await tf.setBackend('wasm')
  const model = report()
  const host = createMemory()
  const B = 32
  const program = await compileTraining(model, {
    host,
    batchSize: B,
    seed: 7,
    loss: 'sparseCategoricalCrossentropy',
    optimizer: { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  })
  const d = program.describe()
  for (const r of d.rows) console.log(r.phase, r.serial ? 's' : ' ', r.layer, r.instruction, r.shape)
  console.log(d.meetings, d.flops, d.arenaBytes, d.unsharedBytes, d.shards)
  for (const rows of [32, 20]) {
    const x = Float32Array.from({ length: rows * 784 }, () => Math.random())
    const y = Int32Array.from({ length: rows }, () => Math.floor(Math.random() * 10))
    const mask = new Uint8Array(rows * 28 * 30)
    dropoutMask(new RandomStream(7, Purpose.dropout, { epoch: 3, step: 5, stream: 0 }), 0.5, mask)
    const before = model.trainableWeights.map((w) => w.read().clone())
    program.writeWeights(model.weights.map((w) => w.read().dataSync() as Float32Array))
    const got = await program.trace(
      { inputs: x, targets: y, count: rows },
      { epoch: 3, step: 5, learningRate: 0, stepSize: 0.001 },
    )
    // reference through tfjs
    const vars = model.trainableWeights.map((w) => (w as any).val as tf.Variable)
    const dense = (t: tf.Tensor, k: any, b: any) =>
      tf.add(
        tf.reshape(tf.matMul(tf.reshape(t, [-1, k.shape[0]]), k), [...t.shape.slice(0, -1), k.shape[1]]),
        b,
      )
    const bn = (t: tf.Tensor, g: any, b: any) => {
      const m = tf.mean(t, [0, 1])
      const v = tf.mean(tf.square(tf.sub(t, m)), [0, 1])
      return tf.add(tf.mul(tf.div(tf.sub(t, m), tf.sqrt(tf.add(v, 1e-3))), g), b)
    }
    const { value, grads } = tf.variableGrads(() => {
      const [k1, b1, g1, be1, k2, b2, g2, be2, k3, b3] = vars as any
      const X = tf.tensor(x, [rows, 28, 28])
      const h1 = bn(tf.relu(dense(X, k1, b1)), g1, be1)
      const h2 = bn(tf.relu(dense(h1, k2, b2)), g2, be2)
      const h3 = tf.mul(tf.mul(h2, tf.tensor(Float32Array.from(mask), [rows, 28, 30])), 2)
      const f = tf.reshape(tf.concat([X, h3], 2), [rows, 28 * 58])
      const logits = dense(f, k3, b3)
      return tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(y, 'int32'), 10), logits) as tf.Scalar
    }, vars)
    console.log('loss', got.loss, value.dataSync()[0])
    model.trainableWeights.forEach((_w, i) => {
      const ref = grads[vars[i]!.name]!.dataSync()
      let worst = 0,
        norm = 0
      ref.forEach((r, j) => {
        worst = Math.max(worst, Math.abs(r - got.gradients[i]![j]!))
        norm = Math.max(norm, Math.abs(r))
      })
      console.log(_w.originalName, worst / norm)
      expect(worst / norm).toBeLessThan(1e-4)
    })
    before.forEach((b) => b.dispose())
  }
}, 60000)
