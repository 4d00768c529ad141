import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openRun } from '@treadle/experiment'
import type { SweepResult } from '@treadle/experiment/sweep'

/** What must be the same of a sweep's trials however often their workers were killed. */
export const outcome = ({ trials }: SweepResult) =>
  Promise.all(
    trials.map(async ({ directory, number, state, value, values }) => {
      const run = await openRun(directory)
      const history = (await run.readHistory()).map((entry) => ({ ...entry, seconds: 0 }))
      const files = ['model/weights.bin', 'model/model.json', 'checkpoints/best.ckpt'].map((name) =>
        readFile(join(directory, name), 'base64'),
      )
      const { weightsSha256, status } = run.record
      return { number, state, value, values, weightsSha256, status, history, files: await Promise.all(files) }
    }),
  )

/** The epochs that the journal of a sweep has of each trial, in the order of its lines. */
export async function recordedEpochs(directory: string, trials: number): Promise<number[][]> {
  const text = await readFile(join(directory, 'journal.log'), 'utf8')
  const lines = text.split('\n').filter((line) => line.includes('"intermediate_value"'))
  const read = lines.map((line) => JSON.parse(line) as { trial_id: number; step: number })
  return Array.from({ length: trials }, (_, number) =>
    read.filter(({ trial_id: id }) => id === number).map(({ step }) => step),
  )
}
