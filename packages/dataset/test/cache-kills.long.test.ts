import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RandomStream } from '@treadle/core'
import { somePictures, startLoad } from './cache-kills.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('forty kills at random points, alone, in pairs and over a damaged set: the next load is right', async () => {
  const { folder, hashes } = await somePictures(120)
  const random = new RandomStream(1, 1)
  const sizeOfSet = 120 * 64 * 64 * 3
  for (let round = 0; round < 40; round++) {
    const cache = await temporaryFolder()
    const at = Math.floor(random.uniform(round) * sizeOfSet)
    if (round % 4 === 3) {
      await startLoad(folder, cache).hashes()
      const [name = ''] = await readdir(join(cache, 'decoded'))
      const path = join(cache, 'decoded', name)
      await writeFile(path, (await readFile(path)).subarray(0, at))
    }
    const loads = round % 2 === 0 ? [startLoad(folder, cache)] : [0, 1].map(() => startLoad(folder, cache))
    await Promise.all(loads.map((one, i) => (i === 0 ? one.killAt(at) : one.hashes())))
    expect(await startLoad(folder, cache).hashes(), `round ${round}`).toEqual(hashes)
    const left = await readdir(join(cache, 'decoded'))
    expect(left, `round ${round}`).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
  }
})
