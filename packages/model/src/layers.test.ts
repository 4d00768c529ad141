import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { disposeVariables, memory, setBackend, tensor } from '@tensorflow/tfjs-core'
import type { io, Tensor } from '@tensorflow/tfjs-core'
import { compileInference, UnsupportedModelError } from '@treadle/compiler'
import { isTreadleError } from '@treadle/core'
import { kernelHost, startRuntime } from '@treadle/runtime'
import type { Runtime } from '@treadle/runtime'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadModel } from './index.ts'

interface Values {
  readonly shape: number[]
  readonly dtype: 'float32' | 'int32'
  readonly data: string
}

/** A model as its framework saves it, with inputs and what the framework predicts. */
interface Case {
  readonly name: string
  readonly topology: object
  readonly weights: io.WeightsManifestEntry[]
  readonly data: string
  readonly inputs: Values[]
  readonly outputs: Values[]
}

/** Every layer with its options: scripts/layer-fixtures.py. */
function casesOf(origin: string): Case[] {
  const file = new URL(`../test/fixtures/layers/${origin}.jsonl.gz`, import.meta.url)
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Case)
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64')).buffer

const numbers = ({ dtype, data }: Values): number[] => [
  ...(dtype === 'int32' ? new Int32Array(bytes(data)) : new Float32Array(bytes(data))),
]

const load = ({ topology, weights, data }: Case): Promise<LayersModel> =>
  loadModel({
    load: async () => ({ modelTopology: topology, weightSpecs: weights, weightData: bytes(data) }),
  })

/** The largest difference, as a part of the largest value, or of 1. */
function difference(found: ArrayLike<number>, values: Values): number {
  const expected = numbers(values)
  expect(found).toHaveLength(expected.length)
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  return expected.reduce((most, value, i) => {
    const one = Math.abs(value - (found[i] as number)) / scale
    return one <= most ? most : one
  }, 0)
}

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
  await setBackend(runtime.backendName)
})
afterAll(() => runtime.dispose())

describe.each(['keras3', 'keras2'])('%s', (origin) => {
  const cases = casesOf(origin)
  /** What is refused, with the reason: the list is test/fixtures/layers/refused-….txt. */
  const refused: string[] = []

  test.each(cases)('$name predicts what its framework predicts, within 1e-5, or is refused', async (one) => {
    const before = memory().numTensors
    const model = await load(one).catch((error: unknown) => {
      if (!isTreadleError(error)) throw error
      expect(memory().numTensors).toBe(before)
      refused.push(`${one.name}: ${error.message.replace('Loading a model from the given handler: ', '')}`)
    })
    if (!model) return
    await expectSamePredictions(model, one)
    model.dispose()
    disposeVariables() // tfjs leaves those of a nested Sequential behind
  })

  test('what is refused is refused by layer, field and value', async () => {
    expect(refused.length + 300).toBeLessThan(cases.length)
    await expect(`${refused.join('\n')}\n`).toMatchFileSnapshot(
      `../test/fixtures/layers/refused-${origin}.txt`,
    )
  })
})

async function expectSamePredictions(model: LayersModel, one: Case): Promise<void> {
  const inputs = one.inputs.map((values) => tensor(numbers(values), values.shape, values.dtype))
  const outputs = [model.predict(inputs.length > 1 ? inputs : (inputs[0] as Tensor))].flat()
  expect(outputs.map(({ shape }) => shape)).toEqual(one.outputs.map(({ shape }) => shape))
  outputs.forEach((output, i) =>
    expect(difference(output.dataSync(), one.outputs[i] as Values)).toBeLessThan(1e-5),
  )
  for (const value of [...inputs, ...outputs]) value.dispose()
  const compiled = await predictCompiled(model, one.inputs)
  compiled?.forEach((output, i) => expect(difference(output, one.outputs[i] as Values)).toBeLessThan(1e-5))
}

/** What the compiled program predicts; undefined for a model that the compiler has no program for. */
async function predictCompiled(
  model: LayersModel,
  inputs: readonly Values[],
): Promise<Float32Array[] | undefined> {
  try {
    const program = await compileInference(model, { host: await kernelHost(runtime) })
    const values = inputs.map((input) => Float32Array.from(numbers(input)))
    const outputs = await program.runAll(values, inputs[0]?.shape[0] as number)
    program.dispose()
    return outputs
  } catch (error) {
    if (error instanceof UnsupportedModelError) return undefined
    throw error
  }
}
