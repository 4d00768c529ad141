import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { somePictures, startLoad } from './cache-kills.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('a process that is killed while it writes the cache, then two at once: the right pictures, one whole set', async () => {
  const { folder, hashes } = await somePictures(24)
  const cache = await temporaryFolder()
  await startLoad(folder, cache).killAt(100_000)
  expect(await readdir(join(cache, 'decoded'))).toEqual([expect.stringMatching(/\.part$/)])
  const both = [startLoad(folder, cache), startLoad(folder, cache)]
  expect(await Promise.all(both.map((one) => one.hashes()))).toEqual([hashes, hashes])
  expect(await readdir(join(cache, 'decoded'))).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
})
