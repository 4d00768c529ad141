import { fc, test } from '@fast-check/vitest'
import { beforeAll, expect } from 'vitest'
import { numbers } from './arbitraries.ts'
import { difference, Harness } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await Harness.create()
})

const small = (max: number) => fc.integer({ min: 1, max })
const cases = fc.record({
  samples: small(6),
  shards: small(4),
  lines: small(3),
  vectors: small(5),
  gap: fc.constantFrom(0, 4),
  l1: fc.constantFrom(0, 0.25),
  l2: fc.constantFrom(0, 0.5),
  accumulate: fc.boolean(),
  seed: small(2 ** 31 - 1),
})

test.prop([cases])('activity regularization of each sample, its mean and its gradient to 1e-6', (p) => {
  harness.clear()
  const { samples, lines, l1, l2 } = p
  const width = 4 * p.vectors
  const row = width + p.gap
  const count = samples * lines
  const x = harness.room(count * row)
  // Zeros too: their slope is 0. Gaps are not read.
  x.floats.set(numbers(count * row, p.seed).map((v, i) => (i % 5 === 0 ? 0 : v)))
  const dx = harness.room(count * row)
  const before = numbers(count * row, p.seed + 1)
  dx.floats.set(before)
  const y = harness.room(4 * samples)
  const sums = harness.room(2 * p.shards)
  const common = { x: x.address, xRow: 4 * row, width, lines, l1, l2 }
  const run = { rows: samples, shards: p.shards }
  harness.run('activityLoss', { ...common, y: y.address, yRow: 16, sums: sums.address }, run)
  const accumulate = p.accumulate ? 1 : 0
  harness.run('activityGradient', { ...common, dx: dx.address, dxRow: 4 * row, accumulate }, run)
  const expected = new Float64Array(4 * samples)
  const slopes = Float64Array.from(dx.floats, (_, i) => {
    const v = x.floats[i] as number
    const own = before[i] as number
    if (i % row >= width) return own
    expected[4 * Math.floor(i / (lines * row))]! += l1 * Math.abs(v) + l2 * v * v
    return (accumulate ? own : 0) + (l1 * Math.sign(v) + 2 * l2 * v) / samples
  })
  expect(difference(y.floats, expected, 1)).toBeLessThan(1e-6)
  expect(difference(dx.floats, slopes, 1)).toBeLessThan(1e-6)
  const total = new Float64Array(sums.floats.slice().buffer).reduce((a, b) => a + b, 0)
  const mean = expected.reduce((a, b) => a + b, 0) / samples
  expect(Math.abs(total - mean)).toBeLessThan(1e-6 * Math.max(1, mean))
})
