import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { LabelledImages } from '@treadle/core'
import { loadFashionMnist } from '@treadle/dataset'
import { wideAndDeepClassifier } from '@treadle/model'
import { type Runtime, startRuntime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ExecutorName, train } from '../../src/index.ts'
import { relativeDifference } from './difference.ts'
import { executors } from './executors.ts'
import { kerasLosses } from './python.ts'
import { decodeSafetensors } from './safetensors.ts'
import { encodeTraceInput, namedWeights, traceBatches } from './trace-input.ts'

const seeds = Array.from({ length: 20 }, (_, index) => index + 1)
const steps = 100
const medianTolerance = 1e-5
/** A seed whose losses differ by more is an outlier; see docs/decisions/2026-11-23-fidelity-to-keras.md. */
const outlierThreshold = 1e-4
const fixture = fileURLToPath(new URL('../fixtures/keras-losses.safetensors', import.meta.url))

let runtime: Runtime
let samples: LabelledImages
/** Keras's losses of each seed, and those of its perturbed runs. */
let keras: { plain: Float32Array; perturbed: Float32Array[] }[]

beforeAll(async () => {
  runtime = await startRuntime()
  samples = (await loadFashionMnist({ source: 'sample' })).train
  const inputs = seeds.map((seed) => {
    const model = wideAndDeepClassifier({ seed })
    const input = encodeTraceInput(namedWeights(model), traceBatches(samples, seed, steps))
    model.dispose()
    return input
  })
  if (process.env['TREADLE_WRITE_FIXTURES']) {
    const bytes = inputs.map((input) => input.bytes)
    kerasLosses(bytes, fixture)
  }
  keras = readKerasLosses(inputs.map((input) => input.digest))
}, 600_000)

afterAll(() => runtime.dispose())

function readKerasLosses(digests: readonly string[]): typeof keras {
  const { arrays, metadata } = decodeSafetensors(readFileSync(fixture))
  const remark = 'initial weights, batches or masks have changed; see scripts/README.md'
  expect(JSON.parse(metadata['inputs'] ?? ''), remark).toEqual(digests)
  const plain = arrays.get('loss')?.data as Float32Array
  const perturbed = arrays.get('perturbed')?.data as Float32Array
  const trials = perturbed.length / plain.length
  return seeds.map((_, index) => ({
    plain: series(plain, index),
    perturbed: Array.from({ length: trials }, (__, trial) => series(perturbed, index * trials + trial)),
  }))
}

/** Row `index` of losses [rows, steps]. */
function series(values: Float32Array, index: number): Float32Array {
  return values.subarray(index * steps, (index + 1) * steps)
}

/** The losses of the first steps of an ordinary run. */
async function losses(executor: ExecutorName, seed: number): Promise<Float32Array> {
  const model = wideAndDeepClassifier({ seed })
  const found: number[] = []
  for await (const event of train(model, samples, { seed, executor, epochs: 1 })) {
    if (event.type === 'progress') found.push(...event.losses)
    if (found.length >= steps) break
  }
  model.dispose()
  return Float32Array.from(found.slice(0, steps))
}

/** The largest relative difference of two series of losses. */
function departure(found: Float32Array, reference: Float32Array): number {
  return Math.max(...Array.from(reference, (loss, step) => relativeDifference([found[step] ?? NaN], [loss])))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2
}

function outliers(departures: readonly number[]): number {
  return departures.filter((value) => !(value <= outlierThreshold)).length
}

test.each(executors)(
  `%s executor against Keras, running freely: largest loss difference over ${steps} steps, median of ${seeds.length} seeds within ${medianTolerance}; no more seeds past ${outlierThreshold} than Keras itself has when its initial weights move by 1e-7`,
  async (executor) => {
    const departures: number[] = []
    for (const [index, seed] of seeds.entries()) {
      departures.push(departure(await losses(executor, seed), keras[index]!.plain))
    }
    const trials = keras[0]!.perturbed.map((_, trial) =>
      outliers(keras.map(({ plain, perturbed }) => departure(perturbed[trial]!, plain))),
    )
    const bySeed = departures.map((value) => value.toExponential(1)).join(' ')
    const figures = `by seed ${bySeed}; Keras's own outliers in each trial ${trials.join(' ')}`
    expect(median(departures), figures).toBeLessThanOrEqual(medianTolerance)
    expect(outliers(departures), figures).toBeLessThanOrEqual(Math.max(...trials))
  },
  300_000,
)
