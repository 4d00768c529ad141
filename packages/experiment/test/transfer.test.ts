import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Purpose, RandomStream, type ImageDataset, type LabelledImages } from '@treadle/core'
import { Classifier, loadModel } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type RunResult,
  checkpointModel,
  historyOf,
  memoryStore,
  resumeRun,
  runRecipe,
} from '../src/index.ts'
import { commandLine, parseRecipe } from '../src/recipe/index.ts'

/** Images of 8 × 8 × 3 with a bright stripe; the class is its row, or with `columns` its column. */
function stripes(count: number, classes: number, columns = false): LabelledImages {
  const random = new RandomStream(columns ? 2 : 1, Purpose.split)
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes)
  const images = Uint8Array.from({ length: count * 192 }, (_, i) => {
    const [image, pixel] = [Math.floor(i / 192), Math.floor((i % 192) / 3)]
    const at = columns ? pixel % 8 : Math.floor(pixel / 8)
    return Math.floor(random.uniform(i) * 120) + (at === 2 * (labels[image] as number) ? 120 : 0)
  })
  return { kind: 'images', images, labels, count, height: 8, width: 8, channels: 3 }
}

const dataset = (classNames: string[], columns: boolean): ImageDataset => ({
  name: 'stripes',
  train: stripes(72, classNames.length, columns),
  test: stripes(24, classNames.length, columns),
  classNames,
  source: { kind: 'memory', sha256: { data: String(columns) } },
})
const rows = dataset(['first', 'second', 'third'], false)
const columns = dataset(['left', 'right'], true)

let folder: string
let base: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'treadle-transfer-'))
  base = join(folder, 'base')
  await runRecipe(
    parseRecipe({
      model: { name: 'cnn-tiny', width: 4, depth: 1 },
      training: { epochs: 2, batchSize: 24, threads: 1 },
    }),
    { directory: base, data: rows, reports: [] },
  )
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const recipe = (more: object = {}, training: object = {}) => ({
  model: { name: 'transfer', base, ...more },
  training: { epochs: 4, batchSize: 24, threads: 1 as const, ...training },
})
const run = (more: object = {}, training: object = {}) =>
  runRecipe(recipe(more, training), { data: columns, reports: [] })
const shaOf = ({ run: { record } }: RunResult) => record.weightsSha256

/** Aborts after an epoch, and resumes. */
async function interrupted(epoch: number, more: object): Promise<RunResult> {
  const stop = new AbortController()
  const stopped = await runRecipe(recipe(more), {
    data: columns,
    reports: [],
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'epoch' && event.entry.epoch === epoch) stop.abort()
    },
  })
  expect(stopped.stopped).toBe('aborted')
  expect((await stopped.run.readHistory()).length).toBe(epoch)
  return resumeRun(stopped.run.store, {}, { data: columns, reports: [] })
}

test('a new head learns on the frozen base, and the run is one of its own', async () => {
  const directory = join(folder, 'transferred')
  const { run: made } = await runRecipe(recipe({}, { epochs: 40 }), { directory, data: columns, reports: [] })
  expect(made.record.test?.['accuracy']).toBeGreaterThan(0.6)
  expect(made.record.base).toMatchObject({ name: 'cnn-tiny' })
  expect(made.record.model.layers.at(-1)).toMatchObject({ name: 'head', outputShape: [null, 2] })
  expect(made.record.command).toBe(
    `treadle train transfer --base ${base} --data auto --seed 1`
      .replace('--data auto ', '')
      .replace('--seed 1', '--batch-size 24 --seed 1 --threads 1'),
  )
  const runtime = await startRuntime({ threads: 1 })
  const [from, to] = [await loadModel(join(base, 'model')), await loadModel(join(directory, 'model'))]
  for (const { name, weights } of to.layers.slice(0, -1))
    weights.forEach((weight, i) =>
      expect([...weight.read().dataSync()]).toEqual([
        ...(from.getLayer(name).weights[i]?.read().dataSync() ?? []),
      ]),
    )
  from.dispose()
  to.dispose()
  await runtime.dispose()
  const classifier = await Classifier.load(join(directory, 'model'))
  expect(classifier.classNames).toEqual(['left', 'right'])
  await classifier.dispose()
})

test('any number of threads gives the same bits; another seed and the eager executor do not', async () => {
  const [one, two, other] = [await run(), await run({}, { threads: 2 }), await run({}, { seed: 2 })]
  expect(shaOf(two)).toBe(shaOf(one))
  expect(shaOf(other)).not.toBe(shaOf(one))
})

test('with augmentation the base runs in every step, and the run says so', async () => {
  const warnings: string[] = []
  const result = await runRecipe(
    { ...recipe(), augmentation: { flip: 'horizontal' } },
    {
      data: columns,
      reports: [],
      onEvent: (event) => void (event.type === 'warning' && warnings.push(event.warning.message)),
    },
  )
  expect(warnings.join()).toMatch(/cannot be kept/)
  expect(shaOf(result)).not.toBe(shaOf(await run()))
})

describe('fine-tuning', () => {
  const more = { unfreeze: 2, fineTuneEpochs: 3, fineTuneLearningRate: 0.01 }

  test('comes after the head, as epochs of one history, and changes the last layers alone', async () => {
    const result = await run(more)
    const head = await run()
    const history = historyOf(await result.run.readHistory())
    expect(history.loss).toHaveLength(7)
    expect(history.loss.slice(0, 4)).toEqual(historyOf(await head.run.readHistory()).loss)
    expect((await result.run.readHistory()).map(({ learningRate }) => learningRate)).toEqual([
      ...Array<number>(4).fill(0.001),
      ...Array<number>(3).fill(0.01),
    ])
    expect(shaOf(result)).not.toBe(shaOf(head))
    // Weights that train come first in a state: those of the head's epochs fit the model by name.
    const { files } = await checkpointModel(result.run, 'best')
    expect(files['model.json']).toBeDefined()
    await expect(resumeRun(result.run.store, {}, { data: columns })).rejects.toThrow(/nothing to continue/)
  })

  test.each([1, 4, 5])('stopped after epoch %i and resumed, it has the same bits', async (epoch) => {
    expect(shaOf(await interrupted(epoch, more))).toBe(shaOf(await run(more)))
  })
})

test('the command line that repeats a run holds what differs from the defaults', () => {
  const given = { name: 'transfer', base: 'runs/shapes', unfreeze: 2 }
  expect(commandLine(parseRecipe({ model: given }))).toBe(
    'treadle train transfer --base runs/shapes --unfreeze 2 --seed 1',
  )
})

describe('what cannot be', () => {
  test.each([
    [{ base: '/nowhere' }, {}, /\/nowhere/],
    [{ baseLayer: 'pool_9' }, {}, /has no layer `pool_9`/],
    [{}, { data: { name: 'sample', size: 16 } }, /`data.size` \(--size\) cannot be used with `model.base`/],
  ])('%j %j', async (more, others, message) => {
    const { data: _, ...rest } = { data: undefined, ...recipe(more) }
    await expect(
      runRecipe({ ...rest, ...others }, { reports: [], ...('data' in others ? {} : { data: columns }) }),
    ).rejects.toThrow(message)
  })

  test('a base with other weights than the run began with', async () => {
    const stop = new AbortController()
    const { run: stopped } = await runRecipe(recipe(), {
      data: columns,
      reports: [],
      signal: stop.signal,
      directory: memoryStore(),
      onEvent: (event) => {
        if (event.type === 'epoch') stop.abort()
      },
    })
    await stopped.update({ base: { name: 'other', weightsSha256: 'f'.repeat(64) } })
    await expect(resumeRun(stopped.store, {}, { data: columns })).rejects.toMatchObject({
      code: 'EXPERIMENT_OTHER_BASE',
    })
  })
})
