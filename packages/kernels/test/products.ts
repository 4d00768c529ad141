import { fc, test } from '@fast-check/vitest'
import { beforeAll, beforeEach, describe, expect } from 'vitest'
import { lines, numbers, rows, seed, shards } from './arbitraries.ts'
import { difference, Harness, padded, padLines } from './harness.ts'

const size = fc.integer({ min: 1, max: 70 })
const mode = fc.integer({ min: 0, max: 1 })

function product(
  m: number,
  k: number,
  n: number,
  a: (i: number, k: number) => number,
  b: (k: number, j: number) => number,
): Float64Array {
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) for (let t = 0; t < k; t++) out[i * n + j]! += a(i, t) * b(t, j)
  return out
}

/** The same numbers with a share of them zero, in no order. */
function thinned(values: Float32Array, share: number, from: number): Float32Array {
  const draws = numbers(values.length, from)
  return values.map((value, i) => (draws[i]! < 2 * share - 1 ? 0 : value))
}

/** A [k, n] matrix in panels of 16 columns, row t of panel p at p·panel + t·row (floats). */
function panels(
  matrix: Float32Array,
  k: number,
  n: number,
): { values: Float32Array; row: number; panel: number } {
  const row = Math.min(16, padded(n))
  const panel = k * row
  const values = new Float32Array(Math.ceil(n / 16) * panel)
  for (let t = 0; t < k; t++)
    for (let j = 0; j < n; j++) values[(j >> 4) * panel + t * row + (j & 15)] = matrix[t * n + j] as number
  return { values, row, panel }
}

/**
 * The three products against float64.
 * @param options.relaxed whether the kernels may use relaxed SIMD
 * @param options.paired whether they use the tiles for engines that pair vectors
 */
export function describeProducts(options: { relaxed: boolean; paired?: boolean }): void {
  let harness: Harness
  beforeAll(async () => {
    harness = await Harness.create(options)
  })
  beforeEach(() => harness.clear())

  describe('gemm', () => {
    test.prop([rows, lines, size, size, shards, seed, mode, fc.boolean(), fc.boolean(), fc.boolean()])(
      'is act(A·B + bias) to 1e-5, by rows and by columns, at odd sizes',
      (r, l, k, n, s, from, byColumn, relu, keep, skip) => {
        harness.clear()
        const m = r * l
        const [a, b] = [thinned(numbers(m * k, from), skip ? 0.5 : 0, from + 4), numbers(k * n, from + 1)]
        const packed = panels(b, k, n)
        const columns = padded(n)
        const aRoom = harness.room(padLines(a, k, k + 3))
        const bRoom = harness.room(packed.values)
        const bias = numbers(Math.ceil(n / 16) * 16, from + 2).fill(0, n)
        const biasRoom = harness.room(bias)
        const start = numbers(m * columns, from + 3)
        const c = harness.room(keep ? start : m * columns)
        harness.run(
          'gemm',
          {
            a: aRoom.address,
            aRow: 4 * (k + 3),
            b: bRoom.address,
            bRow: 4 * packed.row,
            panel: 4 * packed.panel,
            c: c.address,
            cRow: 4 * columns,
            k,
            columns,
            lines: l,
            bias: keep ? 0 : biasRoom.address,
            flags: (relu ? 1 : 0) | (keep ? 2 : 0) | (skip ? 4 : 0),
            groups: 1,
            bGroup: 0,
            cGroup: 0,
            byColumn,
          },
          { rows: r, shards: s },
        )
        const expected = product(
          m,
          k,
          n,
          (i, t) => a[i * k + t]!,
          (t, j) => b[t * n + j]!,
        )
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            const sum = expected[i * n + j]! + (keep ? start[i * columns + j]! : bias[j]!)
            expected[i * n + j] = relu ? Math.max(0, sum) : sum
          }
        }
        const found = Float64Array.from(
          { length: m * n },
          (_, i) => c.floats[Math.floor(i / n) * columns + (i % n)]!,
        )
        expect(difference(found, expected, 1)).toBeLessThan(1e-5)
      },
    )

    test.prop([
      rows,
      size,
      size,
      fc.double({ min: 0, max: 1, noNaN: true }),
      seed,
      fc.boolean(),
      fc.boolean(),
    ])(
      'leaves out zeros to the same bits, in panels and in rows, whatever else the numbers are',
      (m, k, n, share, from, panelled, keep) => {
        harness.clear()
        const a = thinned(numbers(m * k, from), share, from + 1)
        // Numbers that look like zero or break arithmetic count as numbers.
        const odd = [1e-45, -1e-45, -0, 3e38, Infinity, NaN]
        for (let i = 0; i < a.length; i += 37) a[i] = odd[(i / 37) % odd.length] as number
        const b = numbers(k * n, from + 2)
        const columns = padded(n)
        const packed = panelled
          ? panels(b, k, n)
          : { values: padLines(b, n, 16 * Math.ceil(n / 16)), row: 16 * Math.ceil(n / 16), panel: 16 }
        const aRoom = harness.room(padLines(a, k, k + 3))
        const bRoom = harness.room(packed.values)
        const bias = harness.room(numbers(Math.ceil(n / 16) * 16, from + 3))
        const c = harness.room(m * columns)
        const [all, thin] = [0, 4].map((skip) => {
          c.floats.set(numbers(m * columns, from + 4))
          harness.run(
            'gemm',
            {
              a: aRoom.address,
              aRow: 4 * (k + 3),
              b: bRoom.address,
              bRow: 4 * packed.row,
              panel: 4 * packed.panel,
              c: c.address,
              cRow: 4 * columns,
              k,
              columns,
              lines: 1,
              bias: keep ? 0 : bias.address,
              flags: (keep ? 2 : 1) | skip,
              groups: 1,
              bGroup: 0,
              cGroup: 0,
              byColumn: 0,
            },
            { rows: m },
          )
          return c.floats.slice()
        })
        expect(thin).toEqual(all)
      },
    )

    test('sums of more than 256 terms go on where they were', () => {
      const [m, k, n] = [5, 700, 20]
      const [a, b] = [numbers(m * k, 3), numbers(k * n, 4)]
      const packed = panels(b, k, n)
      const [aRoom, bRoom, c] = [harness.room(a), harness.room(packed.values), harness.room(m * n)]
      harness.run(
        'gemm',
        {
          a: aRoom.address,
          aRow: 4 * k,
          b: bRoom.address,
          bRow: 64,
          panel: 4 * packed.panel,
          c: c.address,
          cRow: 4 * n,
          k,
          columns: n,
          lines: 1,
          bias: 0,
          flags: 1,
          groups: 1,
          bGroup: 0,
          cGroup: 0,
          byColumn: 0,
        },
        { rows: m },
      )
      const expected = product(
        m,
        k,
        n,
        (i, t) => a[i * k + t]!,
        (t, j) => b[t * n + j]!,
      ).map((v) => Math.max(0, v))
      expect(difference(c.floats, expected)).toBeLessThan(1e-5)
    })

    test('groups are further column blocks', () => {
      const [m, k, group, groups] = [6, 10, 12, 3]
      const [a, b] = [numbers(m * k, 5), numbers(k * group * groups, 6)]
      const c = harness.room(m * group * groups)
      harness.run(
        'gemm',
        {
          a: harness.room(a).address,
          aRow: 4 * k,
          b: harness.room(b).address,
          bRow: 4 * group * groups,
          panel: 64,
          c: c.address,
          cRow: 4 * group * groups,
          k,
          columns: group,
          lines: 1,
          bias: 0,
          flags: 0,
          groups,
          bGroup: 4 * group,
          cGroup: 4 * group,
          byColumn: 0,
        },
        { rows: m, shards: 2 },
      )
      const n = group * groups
      expect(
        difference(
          c.floats,
          product(
            m,
            k,
            n,
            (i, t) => a[i * k + t]!,
            (t, j) => b[t * n + j]!,
          ),
        ),
      ).toBeLessThan(1e-5)
    })
  })

  describe('gemmOverRows', () => {
    test.prop([rows, lines, size, size, shards, seed, fc.integer({ min: 0, max: 2 })])(
      'is Aᵀ·B to 1e-5: parts of shards, split panels and split rows',
      (r, l, m, n, s, from, how) => {
        harness.clear()
        const k = r * l
        const columns = padded(n)
        const [a, b] = [numbers(k * m, from), numbers(k * n, from + 1)]
        const row = Math.min(16, columns)
        const panel = m * row
        const floats = Math.ceil(n / 16) * panel
        const parts = how === 0 ? s : 1
        const c = harness.room(floats * parts)
        harness.run(
          'gemmOverRows',
          {
            a: harness.room(a).address,
            aRow: 4 * m,
            b: harness.room(padLines(b, n, columns)).address,
            bRow: 4 * columns,
            c: c.address,
            cRow: 4 * row,
            cPanel: 4 * panel,
            m,
            columns,
            lines: l,
            cShard: 4 * floats,
            mode: how,
          },
          { rows: r, shards: s },
        )
        const found = Float64Array.from({ length: m * n }, (_, i) => {
          const [t, j] = [Math.floor(i / n), i % n]
          let sum = 0
          for (let p = 0; p < parts; p++) sum += c.floats[p * floats + (j >> 4) * panel + t * row + (j & 15)]!
          return sum
        })
        expect(
          difference(
            found,
            product(
              m,
              k,
              n,
              (i, t) => a[t * m + i]!,
              (t, j) => b[t * n + j]!,
            ),
            1,
          ),
        ).toBeLessThan(1e-5)
      },
    )
  })

  describe('gemmTransposed', () => {
    test.prop([rows, lines, size, size, shards, seed, mode, fc.boolean()])(
      'is act(A·Bᵀ + bias) to 1e-5',
      (r, l, k, n, s, from, byColumn, relu) => {
        harness.clear()
        const [m, stride, columns] = [r * l, padded(k), padded(n)]
        const [a, b, bias] = [numbers(m * k, from), numbers(n * k, from + 1), numbers(n, from + 2)]
        const c = harness.room(m * columns)
        harness.run(
          'gemmTransposed',
          {
            a: harness.room(padLines(a, k, stride)).address,
            aRow: 4 * stride,
            b: harness.room(padLines(b, k, stride)).address,
            bRow: 4 * stride,
            c: c.address,
            cRow: 4 * columns,
            k: stride,
            columns: n,
            padded: columns,
            lines: l,
            bias: harness.room(bias).address,
            flags: relu ? 1 : 0,
            byColumn,
          },
          { rows: r, shards: s },
        )
        const expected = product(
          m,
          k,
          n,
          (i, t) => a[i * k + t]!,
          (t, j) => b[j * k + t]!,
        ).map((v, i) => {
          const sum = v + bias[i % n]!
          return relu ? Math.max(0, sum) : sum
        })
        expect(difference(c.floats, padLines(Float32Array.from(expected), n, columns), 1)).toBeLessThan(1e-5)
      },
    )
  })

  test.prop([size, size, shards, seed])('transpose turns panels into rows', (k, n, s, from) => {
    harness.clear()
    const matrix = numbers(k * n, from)
    const packed = panels(matrix, k, n)
    const stride = Math.ceil(k / 16) * 16
    const out = harness.room(new Float32Array(n * stride))
    harness.run(
      'transpose',
      {
        source: harness.room(packed.values).address,
        row: 4 * packed.row,
        panel: 4 * packed.panel,
        target: out.address,
        targetRow: 4 * stride,
        targetPanel: 64,
        k,
        columns: n,
      },
      { rows: 1, shards: s },
    )
    for (let j = 0; j < n; j++)
      for (let t = 0; t < k; t++) expect(out.floats[j * stride + t]).toBe(matrix[t * n + j])
  })
}
