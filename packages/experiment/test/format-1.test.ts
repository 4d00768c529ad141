import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openRun, readRunReport, resumeRun } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Run directories that an earlier version wrote, with `run.json` in format 1. */
const fixtures = fileURLToPath(new URL('fixtures/format-1', import.meta.url))

async function copyOf(name: string): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await cp(join(fixtures, name), path, { recursive: true })
  return path
}

describe('a run directory in format 1', () => {
  test('has a recipe', async () => {
    const { record } = await openRun(join(fixtures, 'early-stopping'))
    expect(record.recipe).toMatchObject({
      model: { name: 'wide-and-deep', units: [1], dropout: 0.5 },
      data: { name: 'sample', validation: { split: 0.2 } },
      training: { epochs: 40, batchSize: 100, seed: 6, threads: 2, executor: 'auto', fastMath: false },
      optimizer: { name: 'adam', learningRate: 0.05 },
      earlyStopping: { patience: 2, monitor: 'val_loss' },
    })
    expect(record.format).toBe(2)
  })

  test('is reported', async () => {
    const run = await openRun(join(fixtures, 'finished'))
    const report = await readRunReport(run)
    expect(report).toMatchObject({ seed: 5, epochs: 2, stopped: 'finished', test: { kind: 'classifier' } })
    expect(report.options).toEqual({ units: '1', dropout: 0.25, optimizer: 'adamw' })
    expect(report.history.loss).toHaveLength(2)
    expect(run.record.test).toEqual({ accuracy: 0.739, loss: expect.closeTo(0.7445, 4) as number })
  })

  test.each([
    // Resumed by the version that wrote them, these runs end with the same bits.
    ['aborted', {}, 'f55a01617c25647ec04659339b93f08e4c2fc359bc4e42eb719c21c3130aff84'],
    ['finished', { epochs: 3 }, 'ec172fa1d1ad6a6bc3d5a54beb7cf5d9ff147b4bbb4987468b149378e4c2c104'],
  ])('%s is continued to the same bits', async (name, changes, weightsSha256) => {
    const path = await copyOf(name)
    const { run, stopped } = await resumeRun(path, changes)
    expect(stopped).toBe('finished')
    expect(run.record.weightsSha256).toBe(weightsSha256)
    expect(JSON.parse(await readFile(join(path, 'run.json'), 'utf8'))).toMatchObject({ format: 2 })
  })

  test('that ended by early stopping cannot be continued', async () => {
    await expect(resumeRun(await copyOf('early-stopping'))).rejects.toMatchObject({
      code: 'EXPERIMENT_RUN_FINISHED',
    })
  })
})
