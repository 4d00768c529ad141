import { readFile, stat } from 'node:fs/promises'
import { TreadleError } from '../error.ts'

/** Node.js reads no larger file at once. */
const MAX_BYTES = 2 ** 31 - 1

/**
 * Reads a whole file. A named pipe or a device is refused, because reading it may never end.
 * @throws TreadleError `CORE_NOT_A_FILE`, `CORE_FILE_TOO_LARGE`; errors of the file system with the path
 */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  const found = await stat(path)
  if (!found.isFile() && !found.isDirectory()) {
    throw new TreadleError(
      'CORE_NOT_A_FILE',
      `${path} is a ${kindOf(found)}, not a file. Copy its content to a file and give that.`,
    )
  }
  if (found.size > MAX_BYTES) {
    throw new TreadleError(
      'CORE_FILE_TOO_LARGE',
      `${path} has ${found.size} bytes; files of at most ${MAX_BYTES} bytes are read here. Check that it is the right file.`,
    )
  }
  return readFile(path).catch((error: unknown) => {
    // For a folder Node.js gives no path.
    throw Object.assign(error as Error, { path })
  })
}

type Status = Awaited<ReturnType<typeof stat>>

function kindOf(status: Status): string {
  if (status.isFIFO()) return 'named pipe'
  return status.isSocket() ? 'socket' : 'device'
}
