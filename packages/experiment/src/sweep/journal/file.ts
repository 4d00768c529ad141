import { open } from 'node:fs/promises'
import { TreadleError } from '@treadle/core'
import { syncFile } from '@treadle/core/node'
import { withLock } from './lock.ts'
import type { Operation } from './operations.ts'

const NEWLINE = 10

/** A file of operations, one JSON object a line, that several processes append to: Optuna's `JournalFileBackend`. */
export class JournalFile {
  readonly #path: string
  /** What was read: bytes and lines. */
  #offset = 0
  #lines = 0

  /** @param path absolute; the file is made by the first `append` */
  constructor(path: string) {
    this.#path = path
  }

  /**
   * Appends operations in one write, and waits until they are on the disk.
   * @param operations called when no other process can append
   */
  async append(operations: () => readonly Operation[] | Promise<readonly Operation[]>): Promise<void> {
    await withLock(this.#path, async () => {
      const text = (await operations()).map((operation) => `${JSON.stringify(operation)}\n`).join('')
      if (text === '') return
      const file = await open(this.#path, 'a+')
      try {
        await removePartialLine(file)
        await file.appendFile(text)
        await syncFile(file)
      } finally {
        await file.close()
      }
    })
  }

  /**
   * The operations that were appended since the last call. A last line without its end is left for later: it is being
   * written, or a crash has cut it.
   * @throws TreadleError `EXPERIMENT_BAD_JOURNAL`
   */
  async readNew(): Promise<unknown[]> {
    const bytes = await readFrom(this.#path, this.#offset)
    const end = bytes.lastIndexOf(NEWLINE) + 1
    this.#offset += end
    const lines = new TextDecoder().decode(bytes.subarray(0, end)).split('\n').slice(0, -1)
    return lines.map((line) => this.#parse(line))
  }

  #parse(line: string): unknown {
    this.#lines += 1
    try {
      return JSON.parse(line)
    } catch {
      try {
        return JSON.parse(line.replaceAll(PYTHON_NUMBERS, 'null'))
      } catch {
        throw new TreadleError(
          'EXPERIMENT_BAD_JOURNAL',
          `${this.#path}, line ${this.#lines}, is not complete JSON: the file is damaged, or another program wrote it.`,
        )
      }
    }
  }
}

/** Python writes numbers that JSON does not have. */
const PYTHON_NUMBERS = /(?<=[:[,]\s*)-?(?:NaN|Infinity)(?=\s*[,\]}])/g

type File = Awaited<ReturnType<typeof open>>

/** Removes what a writer that was killed left of a line. Called with the lock, so nobody is writing it. */
async function removePartialLine(file: File): Promise<void> {
  const { size } = await file.stat()
  if (size === 0) return
  const last = new Uint8Array(1)
  await file.read(last, 0, 1, size - 1)
  if (last[0] === NEWLINE) return
  await file.truncate((await readAll(file, 0, size)).lastIndexOf(NEWLINE) + 1)
}

async function readFrom(path: string, offset: number): Promise<Uint8Array> {
  let file: File
  try {
    file = await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array(0)
    throw error
  }
  try {
    const { size } = await file.stat()
    return await readAll(file, offset, size)
  } finally {
    await file.close()
  }
}

async function readAll(file: File, from: number, to: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, to - from))
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, from + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}
