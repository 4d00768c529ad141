import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { encodePng } from '@treadle/image'
import { loadImages } from '../src/images/load-images.ts'
import { temporaryFolder } from './temporary-folder.ts'

const script = fileURLToPath(new URL('load-images-in-process.mjs', import.meta.url))

/** A folder of pictures, and what they are without a cache. */
export async function somePictures(count: number) {
  const folder = await temporaryFolder()
  for (const [label, name] of ['a', 'b'].entries()) {
    await mkdir(join(folder, name))
    for (let i = label; i < count; i += 2) {
      const data = Uint8Array.from({ length: 160 * 160 * 3 }, (_, at) => (at * (i + 3)) % 251)
      const file = encodePng({ width: 160, height: 160, channels: 3, data })
      await writeFile(join(folder, name, `${i}.png`), file)
    }
  }
  const { source } = await loadImages(folder, { size: 64 })
  return { folder, hashes: source.sha256 }
}

/** Starts a process that loads `folder` through the cache. */
export function startLoad(folder: string, cacheDirectory: string) {
  // The tests have no cache otherwise.
  const env = { ...process.env, TREADLE_CACHE_LIMIT: '' }
  const child = spawn(process.execPath, [script, folder, cacheDirectory], { env })
  let out = ''
  let log = ''
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (log += text))
  const closed = once(child, 'close')
  return {
    /** The hashes that the process prints. */
    hashes: async (): Promise<unknown> => {
      await closed
      if (out === '') throw new Error(`The process printed nothing. ${log.slice(-2000)}`)
      return JSON.parse(out)
    },
    /** Kills the process as soon as it has written so many bytes to a file of the cache. */
    killAt: async (bytes: number): Promise<void> => {
      while (child.exitCode === null && (await written(cacheDirectory)) < bytes) await setTimeout(2)
      child.kill('SIGKILL')
      await closed
    },
  }
}

async function written(cacheDirectory: string): Promise<number> {
  const folder = join(cacheDirectory, 'decoded')
  const names = await readdir(folder).catch(() => [])
  const sizes = names.map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0)
  return Math.max(0, ...(await Promise.all(sizes)))
}
