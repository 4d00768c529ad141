import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { mutateBytes } from '../mutate-bytes.js'
import { Random } from '../random.js'
import { archiveBombs } from './support/archive-bombs.js'
import { idxFile, npyFile, tarFile, zipFile } from './support/data-files.js'
import { lyingArchives } from './support/lying-archives.js'

/** Changed data sets of each kind on a disk, and archives that unpack to far more than they hold. */
export default {
  name: 'data',

  limits: { seconds: 1, bytes: 100e6 },

  async prepare(packages) {
    const { loadDataset } = await packages.treadle('dataset')
    const { encodePng } = await packages.treadle('image')
    const fixtures = join(packages.root, 'packages/dataset/test/fixtures/parquet')
    const parquet = await readFile(join(fixtures, 'words.parquet'))
    const valid = dataSets(encodePng, parquet)
    const png = encodePng({ width: 2, height: 2, channels: 1, data: new Uint8Array(4).fill(7) })
    const bombs = [...(await archiveBombs()), ...lyingArchives(png)].map((bomb) => ({
      ...bomb,
      isBomb: true,
    }))
    const sets = [...valid, ...bombs]
    const folder = mkdtempSync(join(tmpdir(), 'treadle-data-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const context = { bases: sets.length, loadDataset, sets, folder }
    // What a reader needs once is not of a file.
    for (const set of valid) await load(set, context)
    return context
  },

  make({ base, changes }, { sets }) {
    const { name, bytes, isBomb = false, ...rest } = sets[base]
    // Bombs are large, and a change makes most of them harmless.
    const made = isBomb ? [] : changes
    const changed = made.reduce((own, seed) => mutateBytes(own, new Random(seed)), bytes)
    return { ...rest, name, bytes: changed }
  },

  run: load,

  isOutermost: ({ code }) => code === 'DATASET_NOT_FOUND',
}

async function load({ name, bytes, others = {}, alone = false }, { loadDataset, folder }) {
  await rm(join(folder, 'set'), { recursive: true, force: true })
  for (const [path, content] of Object.entries({ ...others, [name]: bytes })) {
    const full = join(folder, 'set', path)
    await mkdir(dirname(full), { recursive: true })
    await writeFile(full, content)
  }
  await loadDataset(alone ? join(folder, 'set', name) : join(folder, 'set'), { threads: 1 })
}

const ascii = (text) => new TextEncoder().encode(text)

/** A data set of each kind: the file that is changed, and those beside it. */
function dataSets(encodePng, parquet) {
  const pixels = Uint8Array.from({ length: 64 }, (_, i) => 3 * i)
  const labels = Uint8Array.of(0, 1, 0, 1)
  const [images, classes] = [idxFile([4, 4, 4], pixels), idxFile([4], labels)]
  const idx = {
    't10k-images-idx3-ubyte': images,
    't10k-labels-idx1-ubyte': classes,
    'train-labels-idx1-ubyte': classes,
  }
  const grey = (value) => encodePng({ width: 2, height: 2, channels: 1, data: new Uint8Array(4).fill(value) })
  const photos = { 'a/1.png': grey(1), 'a/2.png': grey(2), 'b/1.png': grey(3), 'b/2.png': grey(4) }
  const cifar = Uint8Array.from({ length: 4 * 3073 }, (_, i) => (i % 3073 === 0 ? (i / 3073) % 2 : i % 251))
  const tables = `label,pixel0,pixel1,pixel2,pixel3\n${'0,1,2,3,4\n1,9,8,7,6\n'.repeat(3)}`
  const npz = zipFile({ 'x_train.npy': npyFile([4, 4, 4], pixels), 'y_train.npy': npyFile([4], labels) })
  const list = ascii('file,label\na/1.png,x\na/2.png,x\nb/1.png,"y"\nb/2.png,y\n')
  return [
    { name: 'train-images-idx3-ubyte', bytes: images, others: idx },
    { name: 'train-images-idx3-ubyte.gz', bytes: new Uint8Array(gzipSync(images)), others: idx },
    {
      name: 'train-labels-idx1-ubyte',
      bytes: classes,
      others: { ...idx, 'train-images-idx3-ubyte': images },
    },
    {
      name: 'x_train.npy',
      bytes: npyFile([4, 4, 4], pixels),
      others: { 'y_train.npy': npyFile([4], labels) },
    },
    { name: 'small.npz', bytes: npz, alone: true },
    { name: 'train.csv', bytes: ascii(tables), alone: true },
    { name: 'labels.csv', bytes: list, others: photos },
    {
      name: 'data_batch_1.bin',
      bytes: cifar,
      others: { 'test_batch.bin': cifar, 'batches.meta.txt': ascii('cat\ndog\n') },
    },
    { name: 'photos.zip', bytes: zipFile(photos), alone: true },
    { name: 'photos.tar', bytes: tarFile(photos), alone: true },
    { name: 'photos.tar.gz', bytes: new Uint8Array(gzipSync(tarFile(photos))), alone: true },
    { name: 'words.parquet', bytes: new Uint8Array(parquet), alone: true },
  ]
}
