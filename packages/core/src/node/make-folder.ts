import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Another process may remove an empty folder above while this one makes the folders below. */
const ATTEMPTS = 5

/**
 * Makes a folder and those above it. The `recursive` of Node.js retries without end on file systems that hold no
 * folders of users, such as /proc. Any number of processes may make the same folders at once.
 *
 * @returns the topmost folder that did not exist before, if any
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  let above: string | undefined
  for (let attempt = 1; ; attempt++) {
    try {
      await mkdir(path)
      return above ?? path
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') return above
      if (code !== 'ENOENT' || dirname(path) === path || attempt === ATTEMPTS) throw error
    }
    above = (await makeFolder(dirname(path))) ?? above
  }
}
