import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mutateBytes } from '../mutate-bytes.js'
import { Random } from '../random.js'
import { lyingParquet, packedParquet } from './support/lying-parquet.js'

/** Files that are too large for many changes. */
const LARGE = 10_000

/**
 * Changed Parquet files: of every compression, as pyarrow writes them, and such as state what is not so. Those of an even length
 * are read through a temporary file.
 */
export default {
  name: 'parquet',

  limits: { seconds: 1, bytes: 100e6 },

  async prepare(packages) {
    const { loadDataset } = await packages.treadle('dataset')
    const { encodePng } = await packages.treadle('image')
    const image = await encodePng({ width: 2, height: 2, channels: 1, data: new Uint8Array(4).fill(7) })
    const fixtures = join(packages.root, 'packages/dataset/test/fixtures/parquet')
    const names = [
      'words',
      'data/train-00000-of-00002',
      'data/train-00001-of-00002',
      'data/test-00000-of-00001',
    ]
    const written = await Promise.all(names.map((name) => readFile(join(fixtures, `${name}.parquet`))))
    const files = [
      ...Object.values(packedParquet(image)),
      ...written.map((bytes) => new Uint8Array(bytes)),
      ...Object.values(lyingParquet(image)),
    ]
    const folder = mkdtempSync(join(tmpdir(), 'treadle-parquet-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const context = {
      bases: files.length,
      loadDataset,
      files,
      path: join(folder, 'x.parquet'),
      folder,
      cache: join(folder, 'decoded'),
    }
    // What a reader needs once is not of a file.
    for (const bytes of files.slice(0, -1))
      if (bytes.length < LARGE) await load(bytes, context).catch(() => {})
    return context
  },

  make({ base, changes }, { files }) {
    const bytes = files[base]
    const made = bytes.length > LARGE ? [] : changes
    return made.reduce((own, seed) => mutateBytes(own, new Random(seed)), bytes)
  },

  run: load,

  isOutermost: ({ message }) => /its end is missing|footer != PAR1/.test(message),

  check({ cache }) {
    const left = existsSync(cache) ? readdirSync(cache).filter((name) => name.endsWith('.part')) : []
    if (left.length > 0) throw new Error(`${left[0]} is left`)
  },
}

async function load(bytes, { loadDataset, path, folder }) {
  await writeFile(path, bytes)
  const bound = bytes.length % 2 === 0 ? { memory: 1, cacheDirectory: folder } : {}
  await loadDataset(path, { threads: 1, ...bound })
}
