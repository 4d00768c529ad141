import { photosSha256, photosZip } from '../../../../packages/dataset/test/photos-zip.ts'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PICTURES_VERSION } from '@treadle/image'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder, treadle } from '../../test/test-context.ts'

test('five classes of JPEG, PNG and WebP files of many sizes in a zip train to the same bits', async () => {
  const folder = await temporaryFolder()
  vi.stubEnv('TREADLE_CACHE_LIMIT', '')
  vi.stubEnv('TREADLE_CACHE', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  await writeFile(join(folder, 'photos.zip'), await photosZip())
  const run = join(folder, 'run')
  const flags = ['--data', 'photos.zip', '--size', '64', '--epochs', '1', '--out', run, '--json', '--quiet']
  const { code, stdout } = await treadle(['train', ...flags], { cwd: folder })
  expect(code).toBe(0)
  const result = JSON.parse(stdout) as { weightsSha256: string; dataset: object; test: object }
  expect(result.dataset).toEqual({ name: 'photos', source: 'archive', train: 64, test: 16 })
  expect(result.weightsSha256).toBe(photosSha256)
  const { dataset } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8')) as {
    dataset: { source: { sha256: object }; classCounts: object; sizes: unknown[]; preprocessing: object }
  }
  // Other bytes need another version: a cache of an earlier program holds the old ones.
  expect([PICTURES_VERSION, dataset.source.sha256]).toMatchInlineSnapshot(`
    [
      3,
      {
        "test-images": "637060e1cf141ced34d208cb54aec1357a39fa772573ce708f6cf3674668b8d7",
        "test-labels": "dd7f55df4bafb82bdf666d09d77a4bb7a1d875470b2a99a44201353430a9b39d",
        "train-images": "2ac78778274ccf85b331e3a747d9ca77ddf5b730fc4bbb28ea40dd91597e49ea",
        "train-labels": "c86d4828e3bd3d2efc3568276276ffe6197f8d76eeeda6575bca3f256595d1d8",
      },
    ]
  `)
  const cached = () => readdir(join(folder, 'decoded'))
  const sets = await cached()
  expect(sets).toHaveLength(1)
  // A tenth of the decoded images in memory.
  const small = ['--memory', '98kB', '--executor', 'compiled', '--out', join(folder, 'small')]
  const streamed = await treadle(['train', ...flags.slice(0, -4), ...small, '--json', '--quiet'], {
    cwd: folder,
  })
  expect(streamed.code).toBe(0)
  const { weightsSha256, test: tested } = JSON.parse(streamed.stdout) as typeof result
  expect([weightsSha256, tested]).toEqual([result.weightsSha256, result.test])
  expect(await cached()).toEqual(sets)
  const info = ['data', 'info', 'photos.zip', '--size', '64', '--channels', '3', '--no-cache']
  const shown = await treadle(info, { cwd: folder })
  expect(shown.code).toBe(0)
  expect(await cached()).toEqual(sets)
  const inParts = ['--memory', '98kB']
  expect((await treadle([...info.slice(0, -1), ...inParts], { cwd: folder })).stdout).toBe(shown.stdout)
  const evaluate = ['evaluate', run, '--data', 'photos.zip', '--json', '--quiet']
  const [whole, parts] = [
    await treadle(evaluate, { cwd: folder }),
    await treadle([...evaluate, ...inParts], { cwd: folder }),
  ]
  expect([parts.code, parts.stdout]).toEqual([0, whole.stdout])
  expect(dataset.classCounts).toEqual({ train: [12, 13, 13, 13, 13], test: [4, 3, 3, 3, 3] })
  expect(dataset.sizes.length).toBeGreaterThan(60)
  expect(dataset.preprocessing).toMatchObject({ height: 64, width: 64, channels: 3, fit: 'crop' })
})
