import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type Parameter, parameterOf } from '../src/sweep/parameters.ts'
import { type PastTrial, lastEpoch } from '../src/sweep/past-trial.ts'
import { asha } from '../src/sweep/pruners/asha.ts'
import { samplers } from '../src/sweep/samplers/index.ts'
import type { Sampler } from '../src/sweep/samplers/sampler.ts'

/*
 * TPE and ASHA compared with Optuna's on three standard functions, 30 seeds of 100 trials each. Optuna's values are
 * written by scripts/optuna_reference.py. RESULTS=FILE writes the table of docs/sweep.md.
 */

const SEEDS = 30
const TRIALS = 100
const EPOCHS = 64

const alpha = [1, 1.2, 3, 3.2]
const a = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
]
const p = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const row = (rows: readonly (readonly number[])[], i: number) => rows[i] as readonly number[]

interface TestFunction {
  readonly bounds: readonly (readonly [number, number])[]
  readonly at: (x: readonly number[]) => number
}

const functions: Record<string, TestFunction> = {
  branin: {
    bounds: [
      [-5, 10],
      [0, 15],
    ],
    at: ([x = 0, y = 0]) =>
      (y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6) ** 2 +
      10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
      10,
  },
  hartmann6: {
    bounds: Array.from({ length: 6 }, () => [0, 1] as const),
    at: (x) =>
      -sum(
        alpha.map(
          (weight, i) =>
            weight *
            Math.exp(-sum(x.map((v, j) => (row(a, i)[j] as number) * (v - (row(p, i)[j] as number)) ** 2))),
        ),
      ),
  },
  ackley: {
    bounds: Array.from({ length: 4 }, () => [-5, 10] as const),
    at: (x) =>
      -20 * Math.exp(-0.2 * Math.sqrt(sum(x.map((v) => v * v)) / x.length)) -
      Math.exp(sum(x.map((v) => Math.cos(2 * Math.PI * v))) / x.length) +
      20 +
      Math.E,
  },
}

/** Falls to the final value; `share` in [0, 1] says how fast. */
const curve = (final: number, share: number, epoch: number) =>
  final + 5 * Math.exp((-epoch * (0.5 + share)) / 4)

/** The best value of a search, and the epochs that it took. */
function search({ bounds, at }: TestFunction, sampler: Sampler, seed: number, isPruning: boolean) {
  const parameters: Parameter[] = bounds.map(([low, high], i) =>
    parameterOf(`p${i}`, { uniform: [low, high] }),
  )
  const past: PastTrial[] = []
  let epochs = 0
  for (let number = 0; number < TRIALS; number++) {
    const values = sampler.suggest(parameters, seed, number, past) as Record<string, number>
    const x = parameters.map(({ path }) => values[path] as number)
    const final = at(x)
    const [low, high] = bounds[0] as readonly [number, number]
    const share = ((x[0] as number) - low) / (high - low)
    const losses = new Map<number, number>()
    const running: PastTrial = { number, state: 'running', values, loss: undefined, losses }
    let state: PastTrial['state'] = 'complete'
    const reported = isPruning ? EPOCHS : 0
    for (let epoch = 1; epoch <= reported; epoch++) {
      losses.set(epoch, curve(final, share, epoch))
      const pruning = {
        options: { name: 'asha', minEpochs: 1, factor: 4 },
        trials: [...past, running],
        seed,
        epochs: EPOCHS,
      } as const
      if (epoch < EPOCHS && asha.prune(running, pruning)) {
        state = 'pruned'
        break
      }
    }
    epochs += isPruning ? lastEpoch(running) : EPOCHS
    const loss = isPruning ? losses.get(lastEpoch(running)) : final
    past.push({ ...running, state, loss })
  }
  const complete = past.filter(({ state }) => state === 'complete')
  return { value: Math.min(...complete.map(({ loss }) => loss as number)), epochs }
}

const quantile = (values: readonly number[], share: number) => {
  const sorted = values.toSorted((x, y) => x - y)
  const at = share * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number]
  return low + (at % 1) * (high - low)
}
const median = (values: readonly number[]) => quantile(values, 0.5)

interface Reference {
  readonly functions: Record<
    string,
    {
      readonly tpe: readonly number[]
      readonly asha: readonly { value: number; epochs: number }[]
      readonly 'tpe+asha': readonly { value: number; epochs: number }[]
    }
  >
}

const file = fileURLToPath(new URL('fixtures/optuna.json', import.meta.url))
const reference = JSON.parse(await readFile(file, 'utf8')) as Reference
const seeds = Array.from({ length: SEEDS }, (_, seed) => seed)
const lines: string[] = []
const number = (value: number) => value.toFixed(3)

function compare(
  name: string,
  method: string,
  own: readonly number[],
  optuna: readonly number[],
  random: readonly number[],
) {
  const better = own.filter((value, i) => value < (random[i] as number)).length
  const [first, third] = [quantile(optuna, 0.25), quantile(optuna, 0.75)]
  lines.push(
    `| ${name} | ${method} | ${number(median(own))} | ${number(median(optuna))} | ${number(first)} to ${number(third)} | ${number(median(random))} | ${better} of ${SEEDS} |`,
  )
  return { better, first, third, median: median(own) }
}

const valuesOf = (list: readonly { value: number }[]) => list.map(({ value }) => value)

test.each(Object.keys(functions))('%s', async (name) => {
  const fn = functions[name] as TestFunction
  const {
    tpe,
    asha: ashaOfOptuna,
    'tpe+asha': both,
  } = reference.functions[name] as Reference['functions'][string]
  const random = seeds.map((seed) => search(fn, samplers['random'] as Sampler, seed, false))

  const own = seeds.map((seed) => search(fn, samplers['tpe'] as Sampler, seed, false))
  const result = compare(name, 'TPE', valuesOf(own), tpe, valuesOf(random))

  const halved = seeds.map((seed) => search(fn, samplers['random'] as Sampler, seed, true))
  // Random search gets the epochs that successive halving has used.
  const fair = seeds.map((seed) => randomWithin(fn, seed, (halved[seed] as { epochs: number }).epochs))
  const pruned = compare(name, 'random + ASHA', valuesOf(halved), valuesOf(ashaOfOptuna), fair)

  const joint = seeds.map((seed) => search(fn, samplers['tpe'] as Sampler, seed, true))
  const fairJoint = seeds.map((seed) => randomWithin(fn, seed, (joint[seed] as { epochs: number }).epochs))
  const combined = compare(name, 'TPE + ASHA', valuesOf(joint), valuesOf(both), fairJoint)
  if (process.env['RESULTS'] !== undefined) await writeFile(process.env['RESULTS'], `${lines.join('\n')}\n`)
  for (const { better, first, third, median: middle } of [result, pruned, combined]) {
    expect(middle).toBeGreaterThanOrEqual(first)
    expect(middle).toBeLessThanOrEqual(third)
    expect(better).toBeGreaterThanOrEqual(22)
  }
})

/** The best of as many whole trials of random search as fit into a number of epochs. */
function randomWithin({ bounds, at }: TestFunction, seed: number, epochs: number): number {
  const parameters = bounds.map(([low, high], i) => parameterOf(`p${i}`, { uniform: [low, high] }))
  const count = Math.max(1, Math.floor(epochs / EPOCHS))
  return Math.min(
    ...Array.from({ length: count }, (_, i) => {
      // Other draws than those of the search that it is compared with.
      const values = (samplers['random'] as Sampler).suggest(parameters, seed + 1000, i, []) as Record<
        string,
        number
      >
      return at(parameters.map(({ path }) => values[path] as number))
    }),
  )
}
