import { readFile, readdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { needsPython, runPython, skipsWithoutModule } from '../../../test/support/python.ts'
import { openRun, resumeRun, runRecipe } from '../src/index.ts'
import { runLogger } from '../src/loggers/index.ts'
import { readEvent } from '../src/loggers/tensorboard/messages.ts'
import { decodeRecords } from '../src/loggers/tensorboard/records.ts'
import { temporaryFolder } from './temporary-folder.ts'

const script = fileURLToPath(new URL('../scripts/read_events.py', import.meta.url))

/** What scripts/read_events.py writes. */
interface Read {
  readonly fileVersion: number
  readonly scalars: Readonly<Record<string, [step: number, value: number][]>>
  readonly images: Readonly<Record<string, object[]>>
  readonly histograms: Readonly<Record<string, { step: number; count: number; counts: number[] }[]>>
  readonly hparams: { settings: object; group: string; status: number | null }
}

const recipe = {
  model: { name: 'wide-and-deep', units: [2] },
  data: { name: 'sample', validation: { split: 0.1 } },
  training: { epochs: 2, batchSize: 1000, threads: 1 as const },
}

const eventFiles = async (folder: string) =>
  (await readdir(folder))
    .filter((name) => name.startsWith('events.out.tfevents.'))
    .map((name) => join(folder, name))

/** Cuts a file in the middle of its record of epoch 2, as a crash can. */
async function cutEpoch2(path: string): Promise<void> {
  let end = 0
  for (const record of decodeRecords(await readFile(path))) {
    const { step, isSummary } = readEvent(record)
    if (isSummary && step === 2) return truncate(path, end + 20)
    end += record.length + 16
  }
  throw new Error('no epoch 2')
}

const skips = skipsWithoutModule('tensorboard')

test.skipIf(skips)(
  `TensorBoard reads every epoch once, after a crash and a resume${needsPython}`,
  async () => {
    const folder = await temporaryFolder()
    const directory = join(folder, 'first')
    const loggers = [runLogger('tensorboard')]
    await runRecipe(recipe, { directory, loggers, reports: [] })
    const [first = ''] = await eventFiles(directory)
    await cutEpoch2(first)
    await resumeRun(directory, { epochs: 3 }, { loggers, reports: [] })

    runPython(script, directory, join(folder, 'read.json'))
    const read = JSON.parse(await readFile(join(folder, 'read.json'), 'utf8')) as Read
    expect(read.fileVersion).toBe(2)
    const history = await (await openRun(directory)).readHistory()
    for (const name of ['loss', 'accuracy', 'val_loss', 'val_accuracy'] as const)
      expect(read.scalars[name], name).toEqual(
        history.map((entry) => [entry.epoch, Math.fround(entry[name] as number)]),
      )
    expect(read.scalars['learning_rate']?.map(([step]) => step)).toEqual([1, 2, 3])
    const { test: tested } = (await openRun(directory)).record
    expect(read.scalars['test/accuracy']).toEqual([[3, Math.fround(tested?.['accuracy'] as number)]])
    expect(read.images['confusion_matrix']).toEqual([
      {
        step: 3,
        width: 640,
        height: 640,
        png: true,
        description: expect.stringContaining('0 T\\-shirt/top, 1 Trouser') as string,
      },
    ])
    // The crash lost the weights of epoch 2.
    const histograms = Object.values(read.histograms)
    expect(histograms).toHaveLength(8)
    for (const each of histograms) {
      expect(each.map(({ step }) => step)).toEqual([1, 3])
      for (const { count, counts } of each) expect(counts.reduce((sum, value) => sum + value, 0)).toBe(count)
    }
    // TensorBoard keeps the settings that it met first.
    expect(read.hparams).toMatchObject({
      settings: {
        'optimizer.learningRate': 0.001,
        'training.epochs': 2,
        'model.units': '2',
        'training.fastMath': false,
      },
      group: 'first',
      status: 1,
    })
  },
)

test('with a folder the files are in the folder of the run’s name', async () => {
  const folder = await temporaryFolder()
  await runRecipe(
    { ...recipe, training: { ...recipe.training, epochs: 1 } },
    { loggers: [runLogger('tensorboard=logs', folder)], directory: join(folder, 'second'), reports: [] },
  )
  expect(await eventFiles(join(folder, 'logs/second'))).toHaveLength(1)
  expect(await eventFiles(join(folder, 'second'))).toEqual([])
})
