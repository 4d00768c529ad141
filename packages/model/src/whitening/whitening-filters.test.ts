import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { symmetricEigen } from './symmetric-eigen.ts'
import { whiteningFilters } from './whitening-filters.ts'

interface Case {
  readonly size: number
  readonly patches: string
  readonly variances: readonly number[]
  readonly filters: readonly (readonly number[])[]
  readonly means: readonly number[]
}
const fixture = new URL('../../test/fixtures/whitening.json', import.meta.url)
const { epsilon, cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { epsilon: number; cases: Case[] }

/** Within 1e-9 of the largest of NumPy's values. */
function expectClose(values: ArrayLike<number>, expected: readonly number[]) {
  const largest = Math.max(...expected.map(Math.abs))
  const differences = expected.map((value, i) => Math.abs((values[i] as number) - value) / largest)
  expect(Math.max(...differences)).toBeLessThan(1e-9)
}

test.each(cases)('filters of $size values are those of NumPy in float64', ({ size, ...one }) => {
  const patches = new Uint8Array(Buffer.from(one.patches, 'base64'))
  const { filters, means } = whiteningFilters(patches, size, epsilon)
  expectClose(
    filters.flatMap((filter) => [...filter]),
    one.filters.flat(),
  )
  expectClose(means, one.means)
  // The answers of two filters are not correlated.
  const answers = filters.map((filter) =>
    Array.from({ length: patches.length / size }, (_, k) =>
      filter.reduce((sum, value, i) => sum + (value * patches[k * size + i]!) / 255, 0),
    ),
  )
  for (const [i, a] of answers.entries())
    for (const [j, b] of answers.entries()) {
      const product = a.reduce((sum, value, k) => sum + (value - means[i]!) * (b[k]! - means[j]!), 0)
      const variance = i === j ? one.variances[i]! / (one.variances[i]! + epsilon) : 0
      expect(product / a.length).toBeCloseTo(variance, 9)
    }
})

test.each([1, 2, 7])('a diagonal matrix of %i rows is its own result, sorted', (size) => {
  const matrix = Array.from({ length: size }, (_, i) => new Float64Array(size).fill(i + 1, i, i + 1))
  const { values, vectors } = symmetricEigen(matrix)
  expect([...values]).toEqual(Array.from({ length: size }, (_, i) => size - i))
  vectors.forEach((vector, i) => expect(vector.indexOf(1)).toBe(size - 1 - i))
})
