import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, readWholeFile, syncFile } from '@treadle/core/node'
import { readEvent, versionEvent } from './messages.ts'
import { decodeRecords, encodeRecord } from './records.ts'

/**
 * Event files of one run have names that end in `.treadle-` and the run's start. A name has the time at which the file
 * was begun, because TensorBoard reads the files of a folder in the order of their names.
 */
const suffixOf = (startedAt: string) => `.treadle-${Date.parse(startedAt).toString(36)}`

const now = () => Date.now() / 1000

/** A file of events that grows. As the other writers of TensorBoard do, each process writes its own. */
export class EventFile {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  /** Begins a file in a folder, which is made. */
  static async create(folder: string, startedAt: string): Promise<EventFile> {
    await makeFolder(folder)
    for (let second = Math.floor(now()); ; second++) {
      const path = join(
        folder,
        `events.out.tfevents.${String(second).padStart(10, '0')}${suffixOf(startedAt)}`,
      )
      try {
        await (await open(path, 'wx')).close()
      } catch (error) {
        // Begun by another process in this second.
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
        throw error
      }
      const file = new EventFile(path)
      await file.append([versionEvent(now())])
      return file
    }
  }

  /** Appends events in one write, and waits until they are on the disk. */
  async append(events: readonly Uint8Array[]): Promise<void> {
    const file = await open(this.#path, 'a')
    try {
      await file.writeFile(Buffer.concat(events.map(encodeRecord)))
      await syncFile(file)
    } finally {
      await file.close()
    }
  }
}

/** The last step of which the files of a run in a folder hold a summary; 0 if there is none. */
export async function lastLoggedStep(folder: string, startedAt: string): Promise<number> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  let last = 0
  for (const name of names) {
    if (!name.endsWith(suffixOf(startedAt))) continue
    for (const record of decodeRecords(await readWholeFile(join(folder, name)))) {
      const { step, isSummary } = readEvent(record)
      if (isSummary && step > last) last = step
    }
  }
  return last
}
