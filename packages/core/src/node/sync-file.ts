import type { FileHandle } from 'node:fs/promises'

/**
 * Waits until a file's content is on the disk. From Node.js 25 on the permission model has no such call, and the
 * operating system writes the content when it sees fit: a crash of the machine can lose it, one of the process cannot.
 */
export async function syncFile(file: FileHandle): Promise<void> {
  await file.sync().catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_ACCESS_DENIED') throw error
  })
}
