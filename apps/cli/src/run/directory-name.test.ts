import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/test-context.ts'
import { runDirectoryName, untaken } from './directory-name.ts'

test('model, data, seed and time make the name', () => {
  expect(runDirectoryName('wide-and-deep', 'Fashion-MNIST (sample)', 7, new Date(2026, 0, 31, 4, 5, 6))).toBe(
    join('runs', 'wide-and-deep-fashion-mnist-sample-7-20260131-040506'),
  )
})

test('a taken name gets a number', async () => {
  const path = join(await temporaryFolder(), 'run')
  expect(await untaken(path)).toBe(path)
  await mkdir(path)
  expect(await untaken(path)).toBe(`${path}-2`)
  await mkdir(`${path}-2`)
  expect(await untaken(path)).toBe(`${path}-3`)
})
