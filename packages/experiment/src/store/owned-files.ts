import { TreadleError } from '@treadle/core'
import { platform } from '#platform'
import { historyEntry } from '../record/history.ts'
import { type RunFiles, type RunRecord, checked, parseJson } from '../record/record.ts'
import { HISTORY, MODEL, RUN_FILES } from './files.ts'
import type { RunStore } from './store.ts'

/**
 * The files that a run wrote and that are unchanged since: what replacing the run removes.
 * @throws TreadleError `EXPERIMENT_RUN_EXISTS` if a file that a run writes is not one of them: replacing would lose it
 */
export async function ownedFiles(store: RunStore, record: RunRecord): Promise<RunFiles> {
  const owned: Record<string, readonly string[]> = {}
  const foreign: string[] = []
  for (const name of new Set([...RUN_FILES, ...Object.keys(record.files ?? {})])) {
    const bytes = await store.read(name)
    if (bytes === undefined) continue
    const hash = platform.sha256(bytes)
    if (isOwned(name, bytes, hash, record)) owned[name] = [hash]
    else foreign.push(name)
  }
  if (foreign.length === 0) return owned
  throw new TreadleError(
    'EXPERIMENT_RUN_EXISTS',
    `${store.location} holds ${foreign.join(', ')}, which the run did not write or which was changed since. Move it to another folder, or choose another folder for the run.`,
  )
}

/** Removes files as long as they still have one of their listed hashes; without a hash, in any case. */
export async function removeOwned(store: RunStore, files: RunFiles): Promise<void> {
  for (const [name, hashes] of Object.entries(files)) {
    const bytes = await store.read(name)
    if (bytes === undefined) continue
    if (hashes.length === 0 || hashes.includes(platform.sha256(bytes))) await store.remove(name)
  }
}

function isOwned(name: string, bytes: Uint8Array, hash: string, record: RunRecord): boolean {
  if (name === HISTORY) return isHistory(bytes)
  if (record.files !== undefined) return record.files[name]?.includes(hash) ?? false
  // Earlier versions list no files; their record has the hash of the weights only.
  return name !== `${MODEL}/weights.bin` || hash === (record.weightsSha256 ?? hash)
}

/** The history grows by lines, and a crash may have cut the last one: it is known by its form. */
function isHistory(bytes: Uint8Array): boolean {
  const lines = new TextDecoder().decode(bytes).split('\n').slice(0, -1)
  try {
    return lines.every((line, i) => checked(historyEntry, parseJson(line, HISTORY), HISTORY).epoch === i + 1)
  } catch {
    return false
  }
}
