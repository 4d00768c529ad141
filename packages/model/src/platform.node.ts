import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TreadleError } from '@treadle/core'
import { explainPermission, ownFolder, removeTemporaryFiles, stageFile } from '@treadle/core/node'
import { notFound } from './model-files.ts'
import type { ModelFiles } from './model-files.ts'
import type { ModelFolder } from './model-folder.ts'

/** Opens a folder to save in. Makes it if it does not exist. */
export async function openFolder(path: string | URL): Promise<ModelFolder> {
  const folder = toPath(path)
  await mkdir(folder, { recursive: true })
  return {
    location: folder,
    async lock() {
      const { release } = await ownFolder(folder, ({ pid }) => busy(folder, pid))
      await removeTemporaryFiles(folder)
      return release
    },
    list: () => readdir(folder),
    stage: (name, bytes) => stageFile(join(folder, name), bytes),
    remove: (name) => rm(join(folder, name), { force: true }),
  }
}

function busy(folder: string, pid: number): TreadleError {
  return new TreadleError(
    'MODEL_FOLDER_BUSY',
    `Process ${pid} is saving a model to ${folder}. Nothing was changed. Save again when it has finished, or choose another folder.`,
  )
}

/** Opens a saved model by its folder or its model.json. Elsewhere it may be an address to fetch: a URL. */
export async function openFiles(path: string | URL): Promise<ModelFiles | URL> {
  const given = toPath(path)
  const isFolder = (await statOf(given))?.isDirectory() ?? false
  const folder = isFolder ? given : dirname(given)
  const modelJson = isFolder ? 'model.json' : basename(given)
  return {
    location: given,
    readModelJson: (limit) => readWhole(join(folder, modelJson), limit),
    readShard: (shard, limit) => readWhole(join(folder, shard), limit),
  }
}

/** The bytes of a file at a `file:` address, at most `limit`; undefined for another address. */
export async function readFileUrl(url: URL, limit: number): Promise<Uint8Array | undefined> {
  return url.protocol === 'file:' ? readWhole(fileURLToPath(url), limit) : undefined
}

/** The SHA-256 of bytes in hexadecimal digits. */
export function sha256Hex(bytes: ArrayBuffer): string {
  return createHash('sha256').update(new Uint8Array(bytes)).digest('hex')
}

/** The same as in platform.browser.ts. */
export function download(name: string, _bytes: Uint8Array): void {
  throw new TreadleError(
    'MODEL_BAD_TARGET',
    `Downloading ${name}: that is for browsers. Give a folder's path.`,
  )
}

async function readWhole(path: string, limit: number): Promise<Uint8Array> {
  const status = await statOf(path)
  if (status === undefined) throw notFound(path)
  if (!status.isFile())
    throw new TreadleError(
      'MODEL_BAD_FILE',
      `${path} is not a file. Give a saved model's folder or its model.json.`,
    )
  if (status.size > limit) {
    throw new TreadleError(
      'MODEL_BAD_FILE',
      `${path} has ${status.size} bytes where at most ${limit} belong. Save or copy the model again.`,
    )
  }
  const file = await open(path, 'r')
  try {
    return await file.readFile()
  } finally {
    await file.close()
  }
}

async function statOf(path: string) {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    const reason = explainPermission(error) ?? `${error.message}.`
    throw new TreadleError('MODEL_READ_FAILED', `Reading ${path} failed: ${reason}`, { cause: error })
  })
}

function toPath(path: string | URL): string {
  return path instanceof URL || path.startsWith('file:') ? fileURLToPath(path) : path
}
