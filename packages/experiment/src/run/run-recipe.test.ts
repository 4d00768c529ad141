import { expect, test } from 'vitest'
import { historyOf, resumeRun, runRecipe } from '../index.ts'

const recipe = {
  model: { name: 'wide-and-deep', units: [2] },
  data: 'sample',
  training: { epochs: 2, batchSize: 500, threads: 1 as const },
}

test('a run leaves record, history, model, predictions and report in its store', async () => {
  const types: string[] = []
  const { run, stopped, files } = await runRecipe(recipe, {
    onEvent: ({ type }) => {
      if (types.at(-1) !== type) types.push(type)
    },
  })
  expect(stopped).toBe('finished')
  expect(types.filter((type) => type !== 'data-progress')).toEqual([
    'data',
    'start',
    'progress',
    'epoch',
    'progress',
    'epoch',
  ])
  expect(run.record).toMatchObject({ format: 2, status: 'finished', seconds: expect.any(Number) as number })
  expect(historyOf(await run.readHistory()).val_loss).toHaveLength(2)
  expect(files).toContain('report.html')
  expect(files).not.toContain('augmented.svg')
  for (const name of ['model/model.json', 'model/weights.bin', 'predictions.csv', 'report.html'])
    expect(await run.store.read(name), name).toBeDefined()
})

test('the report of a run with augmentation shows the augmented samples', async () => {
  const { files, run } = await runRecipe(
    { ...recipe, augmentation: { flip: 'horizontal', cutmix: 1 } },
    { reports: ['svg'] },
  )
  expect(files).toContain('augmented.svg')
  const sheets = await Promise.all(['samples.svg', 'augmented.svg'].map((name) => run.store.read(name)))
  expect(sheets[0]).not.toEqual(sheets[1])
  // CutMix: the images have two labels.
  const [samples, mixed] = sheets.map((bytes) => new TextDecoder().decode(bytes))
  expect(mixed).toContain('has the labels of both; its row is its own class')
  expect(samples).not.toContain('labels of both')
})

test('a run can be extended from its store, and another data set is refused', async () => {
  const { run } = await runRecipe({ ...recipe, training: { ...recipe.training, epochs: 1 } }, { reports: [] })
  const longer = await resumeRun(run.store, { epochs: 2 }, { reports: [] })
  const whole = await runRecipe(recipe, { reports: [] })
  expect(longer.run.record.weightsSha256).toBe(whole.run.record.weightsSha256)
  await expect(resumeRun(run.store)).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_FINISHED' })
})

test.each([
  [
    { ...recipe, model: 'wide-and-deep-regressor' },
    'EXPERIMENT_MODEL_MISMATCH',
    'For these data take wide-and-deep',
  ],
  [
    { ...recipe, classWeight: { Shrit: 2 } },
    'EXPERIMENT_BAD_RECIPE',
    'has no class Shrit. Did you mean Shirt?',
  ],
])('%j is refused before training', async (input, code, message) => {
  await expect(runRecipe(input)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message) as string,
  })
})

test('classes may have weights by name', async () => {
  const weighted = await runRecipe({ ...recipe, classWeight: { Shirt: 3 } }, { reports: [] })
  const plain = await runRecipe(recipe, { reports: [] })
  expect(weighted.run.record.weightsSha256).not.toBe(plain.run.record.weightsSha256)
})
