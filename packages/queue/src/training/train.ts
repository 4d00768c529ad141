import { Run, type RunEvent, memoryStore, resumeRun, runRecipe } from '@treadle/experiment'
import { filesOf, pack, unpack, writeFiles } from '../bundle.ts'
import type { JobEnd } from '../job.ts'
import { limiter } from '../limiter.ts'
import { CheckedData } from './checked-data.ts'
import type { Report, Training } from './messages.ts'

/** Checkpoints are sent at most this often, in ms: a kill costs this time besides the epoch. */
const CHECKPOINT = 500
/** And at most so many bytes a second, so that Redis can serve hundreds of workers. */
const CHECKPOINT_RATE = 250_000
/** Steps are reported at most this often, in ms. */
const STEP = 500

const data = new CheckedData()

/** Trains a job, from its checkpoint if it has one, to the same bits as without the stop. */
export async function train(
  { recipe, data: checksum, threads, test, checkpoint: found }: Training,
  signal: AbortSignal,
  send: (report: Report) => void,
): Promise<void> {
  const { store, run } = await restored(found)
  const end = async (stopped: JobEnd['stopped']) => {
    const files = await filesOf(store)
    send({ type: 'end', stopped, files: files['run.json'] && pack(files) })
  }
  const isStepDue = limiter(STEP)
  let due = 0
  const checkpoint = async () => {
    if (performance.now() < due) return undefined
    const files = pack(await filesOf(store))
    due = performance.now() + Math.max(CHECKPOINT, (1000 * files.length) / CHECKPOINT_RATE)
    return files
  }
  const onEvent = async (event: RunEvent) => {
    if (event.type === 'progress' && isStepDue()) send({ type: 'step', step: event })
    if (event.type !== 'epoch') return
    // The result follows at once.
    const isLast = event.entry.epoch === recipe.training.epochs
    send({ type: 'epoch', entry: event.entry, files: isLast ? undefined : await checkpoint() })
  }
  const changes = { threads, wideSimd: false }
  try {
    const onProgress = () => send({ type: 'loading' })
    const samples = await data.of(recipe, checksum, { signal, onProgress })
    const options = { data: samples, signal, test, reports: [], onEvent }
    const { stopped } =
      run === undefined
        ? await runRecipe(
            { ...recipe, training: { ...recipe.training, ...changes } },
            { ...options, directory: store },
          )
        : await resumeRun(store, changes, options)
    await end(stopped)
  } catch (error) {
    if (!signal.aborted) throw error
    await end('aborted')
  }
}

/** A store with the run of a checkpoint; empty if it has none or is damaged, which costs only time. */
async function restored(checkpoint: Uint8Array | undefined) {
  const store = memoryStore()
  try {
    if (checkpoint === undefined) return { store, run: undefined }
    await writeFiles(store, unpack(checkpoint))
    return { store, run: await Run.open(store) }
  } catch {
    return { store: memoryStore(), run: undefined }
  }
}
