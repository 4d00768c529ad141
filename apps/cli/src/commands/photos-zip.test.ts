import { photosZip } from '../../../../packages/dataset/test/photos-zip.ts'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder, treadle } from '../../test/test-context.ts'

test('five classes of JPEG, PNG and WebP files of many sizes in a zip train to the same bits', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'photos.zip'), await photosZip())
  const run = join(folder, 'run')
  const flags = ['--data', 'photos.zip', '--size', '64', '--epochs', '1', '--out', run, '--json', '--quiet']
  const { code, stdout } = await treadle(['train', ...flags], { cwd: folder })
  expect(code).toBe(0)
  const result = JSON.parse(stdout) as { weightsSha256: string; dataset: object }
  expect(result.dataset).toEqual({ name: 'photos', source: 'archive', train: 64, test: 16 })
  expect(result.weightsSha256).toBe('1215acf19af641a5b96145d5bd7a4681f5ef7b59929d6e6f430be863032319c6')
  const { dataset } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8')) as {
    dataset: { classCounts: object; sizes: unknown[]; preprocessing: object }
  }
  expect(dataset.classCounts).toEqual({ train: [12, 13, 13, 13, 13], test: [4, 3, 3, 3, 3] })
  expect(dataset.sizes.length).toBeGreaterThan(60)
  expect(dataset.preprocessing).toMatchObject({ height: 64, width: 64, channels: 3, fit: 'crop' })
})
