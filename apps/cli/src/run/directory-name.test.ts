import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runDirectoryName } from './directory-name.ts'

test('model, data, seed and time make the name', () => {
  expect(runDirectoryName('wide-and-deep', 'Fashion-MNIST (sample)', 7, new Date(2026, 0, 31, 4, 5, 6))).toBe(
    join('runs', 'wide-and-deep-fashion-mnist-sample-7-20260131-040506'),
  )
})
