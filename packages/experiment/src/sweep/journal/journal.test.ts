import { appendFile, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/temporary-folder.ts'
import { JournalFile } from './file.ts'
import { Direction, TrialState } from './operations.ts'
import { StudyJournal } from './study.ts'
import type { JournalTrial } from './trial.ts'

const operation = (value: number) => ({ op_code: 9, worker_id: 'w', value })

describe('JournalFile', () => {
  test('appends whole lines and reads each once', async () => {
    const path = join(await temporaryFolder(), 'journal.log')
    const [one, other] = [new JournalFile(path), new JournalFile(path)]
    expect(await one.readNew()).toEqual([])
    await one.append(() => [operation(1), operation(2)])
    await other.append(() => [operation(3)])
    expect(await one.readNew()).toEqual([1, 2, 3].map(operation))
    expect(await one.readNew()).toEqual([])
    expect(await readFile(path, 'utf8')).toMatch(/^(\{.*\}\n){3}$/)
  })

  test('a line that a crash has cut is not read, and the next writer removes it', async () => {
    const path = join(await temporaryFolder(), 'journal.log')
    const file = new JournalFile(path)
    await file.append(() => [operation(1)])
    await appendFile(path, '{"op_code":9,"worker')
    expect(await file.readNew()).toEqual([operation(1)])
    await new JournalFile(path).append(() => [operation(2)])
    expect(await file.readNew()).toEqual([operation(2)])
  })

  test('a file that is one cut line becomes empty', async () => {
    const path = join(await temporaryFolder(), 'journal.log')
    await writeFile(path, '{"op')
    const file = new JournalFile(path)
    await file.append(() => [operation(1)])
    expect(await file.readNew()).toEqual([operation(1)])
  })

  test('writers take turns, and leave no lock', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'journal.log')
    await Promise.all(Array.from({ length: 6 }, (_, i) => new JournalFile(path).append(() => [operation(i)])))
    const read = (await new JournalFile(path).readNew()) as { value: number }[]
    expect(read.map(({ value }) => value).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 6 }, (_, i) => i),
    )
    expect(await readdir(folder)).toEqual(['journal.log'])
  })

  test('waits for the lock that Optuna holds', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'journal.log')
    const file = new JournalFile(path)
    await file.append(() => [operation(1)])
    await symlink(path, `${path}.lock`)
    let isDone = false
    const waiting = file.append(() => [operation(2)]).then(() => (isDone = true))
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(isDone).toBe(false)
    await rm(`${path}.lock`)
    await waiting
    expect(await file.readNew()).toHaveLength(2)
  })

  test('numbers of Python that JSON does not have are read as null; a damaged line is an error', async () => {
    const path = join(await temporaryFolder(), 'journal.log')
    await writeFile(path, '{"op_code": 7, "a": NaN, "b": [-Infinity,1], "c": "is NaN"}\n{"op_code\n{}\n')
    const file = new JournalFile(path)
    await expect(file.readNew()).rejects.toMatchObject({
      code: 'EXPERIMENT_BAD_JOURNAL',
      message: expect.stringContaining('line 2') as string,
    })
    await writeFile(path, '{"op_code": 7, "a": NaN, "b": [-Infinity,1], "c": "is NaN"}\n')
    expect(await new JournalFile(path).readNew()).toEqual([
      { op_code: 7, a: null, b: [null, 1], c: 'is NaN' },
    ])
  })
})

describe('StudyJournal', () => {
  test('finds its trials among those of other studies and programs', async () => {
    const path = join(await temporaryFolder(), 'journal.log')
    await writeFile(
      path,
      [
        '{"op_code": 0, "worker_id": "p", "study_name": "other", "directions": [1]}',
        '{"op_code": 4, "worker_id": "p", "study_id": 0, "datetime_start": "2026-01-31T10:00:00.000000+00:00"}',
        '{"op_code": 0, "worker_id": "p", "study_name": "mine", "directions": [2]}',
        '{"op_code": 4, "worker_id": "p", "study_id": 1, "datetime_start": null, "state": 4, "system_attrs": {}}',
        '{"op_code": 10, "worker_id": "p", "study_id": 1}',
        '[]',
        '',
      ].join('\n'),
    )
    const study = await StudyJournal.open(path, 'mine', Direction.maximize)
    const trial = (await study.write((writer) =>
      writer.create({ parameters: { rate: 0.1 }, distributions: {}, userAttributes: { sample: 0 } }),
    )) as JournalTrial
    expect([trial.id, trial.number, trial.state]).toEqual([2, 1, TrialState.running])
    await study.write((writer) => {
      writer.setIntermediateValues(trial, [[1, 0.5]])
      writer.setAttributes(trial, { a: 1, b: 2 })
      writer.end(trial, TrialState.complete, 0.5)
      // What comes after the end has no effect, as in Optuna.
      writer.setIntermediateValues(trial, [[2, 0.7]])
    })

    const again = await StudyJournal.open(path, 'mine', Direction.maximize)
    expect(again.trials).toHaveLength(2)
    expect(again.trials[1]).toMatchObject({ id: 2, number: 1, state: TrialState.complete, values: [0.5] })
    expect(again.trials[1]?.intermediateValues).toEqual(new Map([[1, 0.5]]))
    expect(again.trials[1]?.userAttributes.get('b')).toBe(2)
  })

  test('a waiting trial that several claim at once starts once', async () => {
    const path = join(await temporaryFolder(), 'journal.log')
    const studies = await Promise.all(
      Array.from({ length: 4 }, () => StudyJournal.open(path, 'mine', Direction.minimize)),
    )
    await appendFile(
      path,
      '{"op_code": 4, "worker_id": "p", "study_id": 0, "datetime_start": null, "state": 4}\n',
    )
    const claims: number[] = []
    await Promise.all(
      studies.map((study, i) =>
        study.write((writer) => {
          const waiting = study.trials.find(({ state }) => state === TrialState.waiting)
          if (waiting === undefined) return
          claims.push(i)
          writer.start(waiting, { parameters: {}, distributions: {}, userAttributes: {} })
        }),
      ),
    )
    expect(claims).toHaveLength(1)
    expect((await readFile(path, 'utf8')).match(/"state":0/g)).toHaveLength(1)
  })
})
