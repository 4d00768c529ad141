import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'vitest'

/** Data that is not in the repository; a machine may lack it. */
interface RealData {
  readonly path: string
  readonly what: string
}

const housingBesideCheckout = fileURLToPath(
  new URL('../../../../shared/data/cal_housing.data.gz', import.meta.url),
)

export const fullFashionMnist: RealData = {
  path: '/usr/share/datasets/fashion-mnist',
  what: 'the package dataset-fashion-mnist of Debian and Ubuntu',
}

export const housingTable: RealData = {
  path: process.env['TREADLE_CALIFORNIA_HOUSING'] ?? housingBesideCheckout,
  what: 'cal_housing.data.gz at TREADLE_CALIFORNIA_HOUSING or in ../shared/data beside the checkout',
}

/** A test that runs where the data is. Elsewhere it says what it lacks, and in CI it fails. */
export function testWith({ path, what }: RealData): (name: string, run: () => Promise<void>) => void {
  if (existsSync(path)) return (name, run) => test(name, run)
  if (process.env['CI']) {
    return (name) =>
      test(name, () => {
        throw new Error(`This test must not be skipped in CI, and needs ${what}.`)
      })
  }
  return (name) => test.skip(`${name} (skipped: needs ${what})`, () => {})
}
