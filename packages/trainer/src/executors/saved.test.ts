import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import type { Samples } from '@treadle/core'
import { loadFashionMnist } from '@treadle/dataset'
import { wideAndDeepClassifier } from '@treadle/model'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inputShapes } from '../data/check.ts'
import { gatherInputs, inputColumns, sliceSamples, type Column } from '../data/rows.ts'
import { predict } from '../evaluate.ts'
import { fit } from '../fit.ts'
import { images } from '../testing/running.ts'
import { drawWeights, smallRegressor, smallTable } from '../testing/small.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 2 })
})
afterAll(() => runtime.dispose())

type Symbol = tfl.SymbolicTensor
const { layers } = tfl

/** Every layer that the compiler supports, two of them in a nested model. */
function everything(): tfl.LayersModel {
  const input = tfl.input({ shape: [4, 5] })
  const inner = tfl.sequential({
    layers: [
      layers.dense({ units: 6, activation: 'tanh', inputShape: [4, 5] }),
      layers.dropout({ rate: 0.2 }),
    ],
  })
  const a = layers.batchNormalization().apply(inner.apply(input)) as Symbol
  const b = layers.reLU().apply(layers.dense({ units: 6 }).apply(input)) as Symbol
  const sum = layers.add().apply([a, b]) as Symbol
  const joined = layers.concatenate().apply([input, sum]) as Symbol
  const turned = layers.reshape({ targetShape: [11, 4] }).apply(joined) as Symbol
  const soft = layers.softmax({ axis: -1 }).apply(turned) as Symbol
  const gated = layers.activation({ activation: 'sigmoid' }).apply(soft) as Symbol
  const flat = layers.batchNormalization().apply(layers.flatten().apply(gated)) as Symbol
  const outputs = layers.dense({ units: 3, activation: 'softmax' }).apply(flat) as Symbol
  return drawWeights(tfl.model({ inputs: input, outputs }), 1)
}

const fashion = async () => sliceSamples((await loadFashionMnist({ source: 'sample' })).train, 0, 600)
const cases: [string, () => tfl.LayersModel, () => Samples | Promise<Samples>][] = [
  ['the baseline network', () => wideAndDeepClassifier({ seed: 1 }), fashion],
  ['a model of every layer', everything, () => images],
  ['a regressor', smallRegressor, () => smallTable(100)],
]

/** The saved model, loaded by unmodified tfjs-layers. */
async function savedAndLoaded(model: tfl.LayersModel): Promise<tfl.LayersModel> {
  let saved: tf.io.ModelArtifacts | undefined
  const keep = async (artifacts: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> => {
    saved = artifacts
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
  }
  await model.save(tf.io.withSaveHandler(keep))
  return tfl.loadLayersModel(tf.io.fromMemory(saved as tf.io.ModelArtifacts))
}

test.each(cases)(
  '%s, compiled, trained, saved, and loaded by stock tfjs on its CPU backend: the same predictions to 1e-6',
  async (_, make, load) => {
    const data = await load()
    const model = make()
    const before = await predict(model, data)
    const { executor } = await fit(model, data, { epochs: 3, executor: 'compiled', validation: false })
    expect(executor).toBe('compiled')
    const { outputs } = await predict(model, data)
    expect(outputs).not.toEqual(before.outputs)
    try {
      await tf.setBackend('cpu')
      const loaded = await savedAndLoaded(model)
      const [column] = inputColumns(data) as [Column<Uint8Array | Float32Array>]
      const x = new Float32Array(data.count * column.size)
      gatherInputs(
        column,
        Uint32Array.from({ length: data.count }, (__, i) => i),
        0,
        data.count,
        x,
      )
      const found = loaded.predict(
        tf.tensor(x, [data.count, ...(inputShapes(model)[0] as number[])]),
      ) as tf.Tensor
      const stock = found.dataSync<'float32'>()
      expect(stock.length).toBe(outputs.length)
      const worst = Math.max(
        ...outputs.map((v, i) => Math.abs(v - (stock[i] as number)) / Math.max(1, Math.abs(v))),
      )
      expect(worst).toBeLessThan(1e-6)
    } finally {
      await tf.setBackend(runtime.backendName)
      tf.disposeVariables()
    }
  },
)
