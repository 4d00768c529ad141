import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { temporaryPath } from './temporary-files.ts'
import { syncFile } from './sync-file.ts'

/** A file whose new content is on the disk under a temporary name. */
export interface StagedFile {
  /** Puts the new content in the place of the old. */
  commit(): Promise<void>
  /** Removes the new content and leaves the old. */
  discard(): Promise<void>
}

/**
 * Writes the new content of a file under a temporary name beside it, and waits until it is on the disk. A failure
 * leaves no temporary file.
 */
export async function stageFile(path: string, data: string | Uint8Array): Promise<StagedFile> {
  const temporary = await writeTemporary(path, data)
  const discard = () => rm(temporary, { force: true })
  const commit = async () => {
    try {
      await rename(temporary, path)
    } catch (error) {
      await discard().catch(() => {})
      throw naming(path, error)
    }
    await syncFolder(dirname(path))
  }
  return { commit, discard }
}

/**
 * Replaces a file as a whole: a reader gets the old bytes or the new ones, also after a crash of the process or the
 * machine. A failure leaves the old file and no temporary one.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  await writeFilesAtomic({ [path]: data })
}

/**
 * Replaces files by path, each as a whole and one after the other: after a crash, those before a new one are new too.
 * All are on the disk under temporary names before the first one gets its own name, so that a full disk changes
 * nothing. A failure leaves no temporary file.
 */
export async function writeFilesAtomic(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const entries = Object.entries(files)
  // They wait for the disk together, which takes hardly longer than one of them.
  const written = await Promise.allSettled(entries.map(([path, data]) => writeTemporary(path, data)))
  try {
    for (const each of written) if (each.status === 'rejected') throw each.reason
    for (const [i, [path]] of entries.entries()) {
      const { value } = written[i] as PromiseFulfilledResult<string>
      await rename(value, path).catch((error: unknown) => {
        throw naming(path, error)
      })
      // Within a folder the file system keeps the order by itself.
      const next = entries[i + 1]?.[0]
      if (next === undefined || dirname(next) !== dirname(path)) await syncFolder(dirname(path))
    }
  } catch (error) {
    const temporary = written.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    await Promise.all(temporary.map((path) => rm(path, { force: true }).catch(() => {})))
    throw error
  }
}

/** @returns the path of the content, which is on the disk */
async function writeTemporary(path: string, data: string | Uint8Array): Promise<string> {
  const temporary = temporaryPath(path)
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(data)
      await syncFile(file)
    } finally {
      await file.close()
    }
    return temporary
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw naming(path, error)
  }
}

/** Appends to a file and waits until the text is on the disk. */
export async function appendFileDurable(path: string, text: string): Promise<void> {
  const file = await open(path, 'a')
  try {
    await file.writeFile(text)
    await syncFile(file)
  } catch (error) {
    throw naming(path, error)
  } finally {
    await file.close()
  }
}

/** Writes a folder's entries to the disk. Windows cannot open a folder and does not need this. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => {})
  await folder?.close()
}

/** Node.js names the temporary file or none; users know the file itself. */
function naming(path: string, error: unknown): unknown {
  return error instanceof Error ? Object.assign(error, { path }) : error
}
