import { createHash } from 'node:crypto'
import { TreadleError } from '@treadle/core'
import { Run, memoryStore, openStore } from '@treadle/experiment'
import { type Recipe, commandLine } from '@treadle/experiment/recipe'
import { type Files, writeFiles } from '../bundle.ts'
import type { DataFacts } from './data-facts.ts'

/**
 * Writes the run that a worker has trained to a run directory of this machine, with the recipe and the data as this
 * machine has them.
 * @throws TreadleError `QUEUE_BAD_FILES`, and what opening and creating a run throws
 */
export async function writeRun(
  directory: string,
  files: Files,
  recipe: Recipe,
  { name, source }: Pick<DataFacts, 'name' | 'source'>,
): Promise<Run> {
  const store = memoryStore()
  await writeFiles(store, files)
  const returned = await Run.open(store)
  const { record } = returned
  const { process: _, files: listed = {}, ...plain } = record
  const { 'run.json': _record, ...content } = files
  // It is checked while it is read.
  await returned.readHistory()
  for (const [file, bytes] of Object.entries(content)) {
    const hash = createHash('sha256').update(bytes).digest('hex')
    if (file !== HISTORY && listed[file]?.includes(hash) !== true)
      throw new TreadleError(
        'QUEUE_BAD_FILES',
        `A worker has returned a ${file} that its run did not write. Remove the job from the queue, then try again.`,
      )
  }
  // What the data have decided is in the worker's record.
  const { validation } = record.recipe.data
  const decided = { ...recipe, data: { ...recipe.data, validation } }
  const command = commandLine(decided)
  const own = { ...plain, recipe: decided, command, dataset: { ...record.dataset, name, source } }
  // A crash before the last line leaves a run that is continued from the checkpoint, or is replaced.
  const options = { force: true, files: content }
  const run = await Run.create(openStore(directory), { ...own, status: 'running' }, options)
  try {
    await run.update({ status: record.status === 'running' ? 'aborted' : record.status })
  } finally {
    await run.release()
  }
  return run
}

/** It grows while a run trains, so that its record has no hash of it. */
const HISTORY = 'history.jsonl'
