import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Replaces a file whole: whoever reads it, and whatever kills this process or the machine, meets the old bytes or
 * the new ones and never a part. A failure leaves the old file and no temporary one.
 *
 * @param makeRoom is called once the new bytes are on the disk, before they replace the old ones
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  makeRoom?: () => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(data)
      await file.sync()
    } finally {
      await file.close()
    }
    await makeRoom?.()
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw naming(path, error)
  }
  await syncFolder(dirname(path))
}

/**
 * Makes a folder and those above it. Node's own `recursive` tries for ever where a file system has no place for any, as
 * in /proc.
 *
 * @returns the topmost folder that was not there before, if any
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path)
    return path
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return undefined
    if (code !== 'ENOENT' || dirname(path) === path) throw error
  }
  const above = await makeFolder(dirname(path))
  await mkdir(path)
  return above ?? path
}

/** Brings the new name to the disk. Windows opens no folder as a file, and needs none of this. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => {})
  await folder?.close()
}

/** Appends to a file and waits until it is on the disk. */
export async function appendFileDurable(path: string, text: string): Promise<void> {
  const file = await open(path, 'a')
  try {
    await file.writeFile(text)
    await file.sync()
  } catch (error) {
    throw naming(path, error)
  } finally {
    await file.close()
  }
}

/** Node.js says what a write failed of, but not where; and nobody knows the temporary name. */
function naming(path: string, error: unknown): unknown {
  return error instanceof Error ? Object.assign(error, { path }) : error
}
