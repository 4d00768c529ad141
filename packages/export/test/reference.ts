import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { Purpose, RandomStream } from '@treadle/core'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runPython } from '../../../test/support/python.ts'
import { exportModel } from '../src/index.ts'

interface Values {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

/** What another program says about an exported file. */
interface Answer {
  readonly error?: string
  readonly outputs?: readonly Values[]
  readonly metadata?: Readonly<Record<string, unknown>>
}

const script = fileURLToPath(new URL('../scripts/predict_exported.py', import.meta.url))

/**
 * Gives a model weights between −1 and 1, those of variances between 0.5 and 1.5, from a seed. Kernels are divided by the
 * root of their inputs: sums of many large products would lose more digits than the comparison allows.
 */
export function fillWeights(model: LayersModel, seed: number): void {
  model.weights.forEach((weight, number) => {
    const stream = new RandomStream(seed, Purpose.weights, { stream: number })
    const shape = weight.shape as number[]
    const scale = Math.sqrt(tf.util.sizeFromShape(shape.slice(0, -1)))
    const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => {
      const value = (stream.uniform(i) * 2 - 1) / scale
      return weight.originalName.endsWith('variance') ? 1 + value / 2 : value
    })
    weight.write(tf.tensor(values, shape))
  })
}

function sampleInputs(model: LayersModel, batch: number, seed: number): Values[] {
  return model.inputs.map((input, number) => {
    const shape = [batch, ...input.shape.slice(1).map((size) => size ?? 4)]
    const stream = new RandomStream(seed, Purpose.split, { stream: number })
    const data = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) =>
      Math.fround(stream.uniform(i) * 4 - 2),
    )
    return { shape, data }
  })
}

function predict(model: LayersModel, inputs: readonly Values[]): Values[] {
  return tf.tidy(() => {
    const outputs = model.predict(inputs.map(({ shape, data }) => tf.tensor([...data], [...shape])))
    return [outputs].flat().map((output) => ({ shape: output.shape, data: [...output.dataSync()] }))
  })
}

export interface Comparison {
  /** The name of the format. */
  readonly format: string
  readonly answer: Answer
  /** Largest difference from our prediction, relative to values over 1. */
  readonly difference: number
}

/**
 * Exports models, has the programs that read the formats predict with each, in one process, and compares with our own
 * predictions.
 * @param models by the format that they are exported to
 */
export async function compareWithReaders(
  models: Readonly<Record<string, readonly LayersModel[]>>,
): Promise<Comparison[]> {
  const folder = await mkdtemp(join(tmpdir(), 'treadle-export-'))
  try {
    const cases: { file: string; inputs: Values[]; model: LayersModel; format: string }[] = []
    for (const [format, each] of Object.entries(models)) {
      for (const [number, model] of each.entries()) {
        const [[name, bytes] = []] = Object.entries(await exportModel(model, format))
        const file = `${number}-${name as string}`
        await writeFile(join(folder, file), bytes as Uint8Array)
        cases.push({ file, inputs: sampleInputs(model, 3, number), model, format })
      }
    }
    await writeFile(
      join(folder, 'cases.json'),
      JSON.stringify(cases.map(({ file, inputs }) => ({ file, inputs }))),
    )
    runPython(script, folder)
    const answers = JSON.parse(await readFile(join(folder, 'outputs.json'), 'utf8')) as Answer[]
    return cases.map(({ model, inputs, format }, index) => {
      const answer = answers[index] as Answer
      const { outputs } = answer
      const difference = outputs ? largestDifference(predict(model, inputs), outputs) : Infinity
      return { format, answer, difference }
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}

function largestDifference(expected: readonly Values[], found: readonly Values[]): number {
  const shapes = (all: readonly Values[]) => JSON.stringify(all.map(({ shape }) => shape))
  if (shapes(expected) !== shapes(found)) return Infinity
  return Math.max(
    ...expected.flatMap(({ data }, output) =>
      data.map(
        (value, i) => Math.abs(value - (found[output]?.data[i] ?? NaN)) / Math.max(1, Math.abs(value)),
      ),
    ),
  )
}
