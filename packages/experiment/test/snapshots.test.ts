import { loadModel, weightsSha256 } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { describe, expect, test } from 'vitest'
import { type RunResult, resumeRun, runRecipe } from '../src/index.ts'
import { commandLine, parseRecipe } from '../src/recipe/index.ts'

const recipe = {
  model: { name: 'wide-and-deep', units: [2] },
  data: 'sample',
  training: { epochs: 4, batchSize: 500, threads: 1 as const, snapshots: 2 },
}
const options = { reports: [] }

async function snapshotsOf({ run }: RunResult): Promise<string[]> {
  const runtime = await startRuntime({ threads: 1 })
  const sums: string[] = []
  for (const number of [1, 2]) {
    const model = await loadModel(run.snapshotTarget(number))
    sums.push(await weightsSha256(model))
    model.dispose()
  }
  await runtime.dispose()
  return sums
}

test('the model is saved when the learning rate has fallen, also by a run that is stopped between', async () => {
  const whole = await runRecipe(recipe, options)
  const rates = (await whole.run.readHistory()).map(({ learningRate }) => learningRate as number)
  expect(rates[1]).toBeLessThan(1e-4)
  expect(rates[2]).toBeGreaterThan(4e-4)
  const snapshots = await snapshotsOf(whole)
  expect(new Set(snapshots).size).toBe(2)
  expect(snapshots[1]).toBe(whole.run.record.weightsSha256)

  const stop = new AbortController()
  const stopped = await runRecipe(recipe, {
    ...options,
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'epoch' && event.entry.epoch === 1) stop.abort()
    },
  })
  const resumed = await resumeRun(stopped.run.store, {}, options)
  expect(await snapshotsOf(resumed)).toEqual(snapshots)
})

const parsed = (more: object) => parseRecipe({ ...recipe, ...more })

describe('recipes', () => {
  test('have a learning rate of as many cycles', () => {
    expect(parsed({}).optimizer.learningRate).toEqual({ schedule: 'cosineCycles', peak: 0.001, cycles: 2 })
    expect(parsed({ optimizer: { name: 'sgd', learningRate: 0.2 } }).optimizer.learningRate).toMatchObject({
      peak: 0.2,
      cycles: 2,
    })
    expect(parsed({ model: 'cnn' }).optimizer).toMatchObject({
      name: 'adamw',
      learningRate: { schedule: 'cosineCycles', cycles: 2 },
    })
    expect(commandLine(parsed({ model: 'wide-and-deep', training: { epochs: 10, snapshots: 5 } }))).toBe(
      'treadle train --data sample --seed 1 --snapshots 5',
    )
  })

  test.each([
    [{ optimizer: { name: 'adam', learningRate: 'cosine' } }, /is for a learning rate of 2 cycles/],
    [{ training: { epochs: 5, snapshots: 2 } }, /must divide `training.epochs` \(=5\).*Take 6 epochs/],
    [{ optimizer: { name: 'adam', useEma: true } }, /cannot be combined with `optimizer.useEma`/],
    [{ training: { snapshots: 50 } }, /from 0 to 49/],
  ])('%j is refused', (more, message) => {
    expect(() => parsed(more)).toThrow(message)
  })
})
