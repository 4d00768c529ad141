import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it. The `recursive` of Node.js retries without end on file systems that hold no
 * folders of users, such as /proc.
 *
 * @returns the topmost folder that did not exist before, if any
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
