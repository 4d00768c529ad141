import { fc, test } from '@fast-check/vitest'
import { beforeAll, beforeEach, describe, expect } from 'vitest'
import { numbers } from './arbitraries.ts'
import { difference, Harness, padded } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await Harness.create()
})
beforeEach(() => harness.clear())

const small = (max: number) => fc.integer({ min: 1, max })
const sides = { byColumn: fc.boolean(), gap: fc.constantFrom(0, 4) }
const common = {
  samples: small(4),
  shards: small(4),
  accumulate: fc.boolean(),
  seed: small(2 ** 31 - 1),
}

/** Lines of a matrix for each sample, with zeros between the end of a line and the next multiple of four. */
function matrix(samples: number, lines: number, width: number, gap: number, values: (i: number) => number) {
  const row = padded(width) + gap
  const room = harness.room(samples * lines * row)
  const index = (s: number, line: number, column: number) => (s * lines + line) * row + column
  for (let i = 0; i < room.floats.length; i++) {
    const column = i % row
    room.floats[i] = column < width ? values(i) : column < padded(width) ? 0 : 7
  }
  return { room, row, lines, width, index, sample: 4 * lines * row }
}

describe('products and lengths of vectors to 1e-6', () => {
  const products = fc.record({
    ...common,
    m: small(5),
    n: small(6),
    k: small(9),
    a: fc.record(sides),
    b: fc.record(sides),
  })
  test.prop([products])('c[i, j] = Σ a[i, k]·b[j, k]', (p) => {
    harness.clear()
    const { samples, m, n, k } = p
    const random = numbers(4000, p.seed)
    const side = (count: number, { byColumn, gap }: { byColumn: boolean; gap: number }, from: number) => {
      const [lines, width] = byColumn ? [k, count] : [count, k]
      const own = matrix(samples, lines, width, gap, (i) => random[(from + i) % random.length] as number)
      const at = (s: number, i: number, t: number) =>
        own.room.floats[byColumn ? own.index(s, t, i) : own.index(s, i, t)] as number
      const [vector, term] = byColumn ? [4, 4 * own.row] : [4 * own.row, 4]
      return { ...own, at, vector, term }
    }
    const a = side(m, p.a, 0)
    const b = side(n, p.b, 1500)
    const c = matrix(samples, m, n, 4, (i) => random[(3000 + i) % random.length] as number)
    const expected = Float64Array.from(c.room.floats)
    for (let s = 0; s < samples; s++)
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) {
          let sum = p.accumulate ? (expected[c.index(s, i, j)] as number) : 0
          for (let t = 0; t < k; t++) sum += a.at(s, i, t) * b.at(s, j, t)
          expected[c.index(s, i, j)] = sum
        }
    harness.run(
      'dot',
      {
        a: a.room.address,
        aSample: a.sample,
        aI: a.vector,
        aK: a.term,
        b: b.room.address,
        bSample: b.sample,
        bJ: b.vector,
        bK: b.term,
        c: c.room.address,
        cSample: c.sample,
        cI: 4 * c.row,
        cJ: 4,
        m,
        n,
        k,
        lines: m,
        cRow: 4 * c.row,
        padded: padded(n),
        accumulate: p.accumulate ? 1 : 0,
      },
      { rows: samples, shards: p.shards },
    )
    expect(difference(c.room.floats, expected, 1)).toBeLessThan(1e-6)
  })

  const vectors = fc.record({ ...common, ...sides, lines: small(5), width: small(9), zero: fc.boolean() })
  test.prop([vectors])('vectors of length 1, and the gradient', (p) => {
    harness.clear()
    const { samples, lines, width, byColumn } = p
    const epsilon = 1e-3
    const random = numbers(4000, p.seed)
    const of = (from: number) => (i: number) => random[(from + i) % random.length] as number
    const x = matrix(samples, lines, width, p.gap, p.zero ? () => 0 : of(0))
    const y = matrix(samples, lines, width, p.gap, of(900))
    const dy = matrix(samples, lines, width, p.gap, of(1800))
    const dx = matrix(samples, lines, width, p.gap, of(2700))
    const expectedY = Float64Array.from(y.room.floats)
    const expectedDx = Float64Array.from(dx.room.floats)
    const [count, length] = byColumn ? [width, lines] : [lines, width]
    for (let s = 0; s < samples; s++)
      for (let v = 0; v < count; v++) {
        const places = Array.from({ length }, (_, t) => (byColumn ? x.index(s, t, v) : x.index(s, v, t)))
        const size = Math.max(epsilon, Math.hypot(...places.map((at) => x.room.floats[at] as number)))
        const unit = places.map((at) => (x.room.floats[at] as number) / size)
        // A vector that is shorter than epsilon is divided by a constant.
        const along =
          size > epsilon
            ? places.reduce((sum, at, t) => sum + (unit[t] as number) * (dy.room.floats[at] as number), 0)
            : 0
        places.forEach((at, t) => {
          expectedY[at] = unit[t] as number
          const before = p.accumulate ? (expectedDx[at] as number) : 0
          expectedDx[at] = before + ((dy.room.floats[at] as number) - (unit[t] as number) * along) / size
        })
      }
    const operands = { lines, width, padded: padded(width), byColumn: byColumn ? 1 : 0, epsilon }
    const from = { x: x.room.address, xRow: 4 * x.row }
    const run = { rows: samples, shards: p.shards }
    harness.run('unitVectors', { ...from, y: y.room.address, yRow: 4 * y.row, ...operands }, run)
    harness.run(
      'unitVectorsBackward',
      {
        ...from,
        dy: dy.room.address,
        dyRow: 4 * dy.row,
        dx: dx.room.address,
        dxRow: 4 * dx.row,
        ...operands,
        accumulate: p.accumulate ? 1 : 0,
      },
      run,
    )
    expect(difference(y.room.floats, expectedY, 1)).toBeLessThan(1e-6)
    expect(difference(dx.room.floats, expectedDx, 1)).toBeLessThan(1e-6)
  })
})
