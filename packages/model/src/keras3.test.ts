import { readFileSync, readdirSync } from 'node:fs'
import '@tensorflow/tfjs-backend-cpu'
import { disposeVariables, memory, setBackend, tensor } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { startRuntime } from '@treadle/runtime'
import type { Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadModel } from './index.ts'

const fixtures = new URL('../test/fixtures/', import.meta.url)
const folders = (path: string) => readdirSync(new URL(path, fixtures)).map((name) => `${path}${name}`)
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, fixtures), 'utf8'))

interface Values {
  readonly shape: number[]
  readonly data: number[]
}

/** A model's folder with an input and what its own framework predicts for it. */
interface Case {
  readonly folder: string
  readonly x: Values
  readonly y: Values
}

/** From tensorflowjs_converter: models of Keras 2.21 and Keras 3.15. */
const conversions = [...folders('conversions/k2/'), ...folders('conversions/k3/')].map((folder): Case => {
  const { x, y } = read(`${folder}/expected.json`) as { x: [Values]; y: [Values] }
  return { folder, x: x[0], y: y[0] }
})

/** Networks that cannot predict what Keras predicts: scripts/keras3-fixtures.py. */
const refused: Readonly<Record<string, RegExp>> = {
  attention: /calls its layer `multi_head_attention` with arguments that TensorFlow\.js has no place for/,
}

/** Keras 3.15 on JAX: scripts/keras3-fixtures.py. */
const written = folders('keras3/')
  .filter((folder) => !Object.hasOwn(refused, folder.slice('keras3/'.length)))
  .map((folder): Case => {
    const { shape, input, output } = read(`${folder}/sample.json`) as {
      shape: number[]
      input: number[]
      output: number[]
    }
    return { folder, x: { shape, data: input }, y: { shape: [], data: output } }
  })

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

describe.each(['cpu', 'our WASM'])('on the %s backend', (backend) => {
  beforeAll(() => setBackend(backend === 'cpu' ? 'cpu' : runtime.backendName))

  test.each([...conversions, ...written])(
    '$folder predicts what its framework predicts, within 1e-5 of the largest value',
    async ({ folder, x, y }) => {
      const before = memory().numTensors
      const model = await loadModel(new URL(`${folder}/model.json`, fixtures))
      const input = tensor(x.data.flat(9), x.shape)
      const output = model.predict(input) as Tensor
      if (y.shape.length > 0) expect(output.shape).toEqual(y.shape)
      const found = [...output.dataSync()]
      const expected = y.data.flat(9)
      expect(found).toHaveLength(expected.length)
      const scale = Math.max(1, ...expected.map(Math.abs))
      found.forEach((value, index) =>
        expect(Math.abs(value - (expected[index] as number))).toBeLessThan(1e-5 * scale),
      )
      for (const one of [input, output, model]) one.dispose()
      disposeVariables() // tfjs leaves those of a nested Sequential behind
      expect(memory().numTensors).toBe(before)
    },
  )
})

test.each(Object.entries(refused))('%s is refused by layer, field and value', async (folder, message) => {
  const before = memory().numTensors
  await expect(loadModel(new URL(`keras3/${folder}/model.json`, fixtures))).rejects.toMatchObject({
    code: 'MODEL_BAD_FILE',
    message: expect.stringMatching(message) as string,
  })
  expect(memory().numTensors).toBe(before)
})
