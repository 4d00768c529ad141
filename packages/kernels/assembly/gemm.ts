import { Gemm, GemmFlags, GemmOverRows, GemmTransposed, Transpose } from './generated/records'
import { high, low, paired, rows, shard, split } from './context'
import { multiplyAdd } from './multiply-add'
import { PANELS, TERMS } from './nonzero'
import { nonzero2x16, strip1x16, strip1x4, strip1x8, strip2x16, strip4x16, strip4x4, strip4x8 } from './generated/tiles'

/** Sums this long at a time: 256 rows of a 16-wide panel are 16 kB, half of the smallest L1 cache about. */
const DEPTH = 256
/** For products over rows both operands walk with the row, so half of that. */
const ROW_DEPTH = 128

/**
 * C = act(A·B + bias): A [rows, K] row-major; B in panels of 16 columns, row k of panel p at B + p·panel + k·bRow.
 * Rows are lines of samples; `byColumn` gives each shard all rows and some panels instead of some rows.
 * `groups` repeats the product for further column blocks, B and C moving by their group strides. With `skipZeros`
 * whole panels go through `nonzero2x16`.
 */
export function gemm(o: Gemm): void {
  const a = o.a
  const aRow = o.aRow
  const b = o.b
  const bRow = o.bRow
  const panel = o.panel
  const c = o.c
  const cRow = o.cRow
  const k = o.k
  const columns = o.columns
  const lines = o.lines
  const bias = o.bias
  const flags = o.flags
  const groups = o.groups
  const bGroup = o.bGroup
  const cGroup = o.cGroup
  const byColumn = o.byColumn

  const panels = (columns + 15) >> 4
  let firstPanel = 0
  let lastPanel = panels
  let from = low * lines
  let to = high * lines
  if (byColumn) {
    firstPanel = split(panels, shard)
    lastPanel = split(panels, shard + 1)
    from = 0
    to = rows * lines
  }
  const skip = flags & GemmFlags.skipZeros
  const most = skip ? TERMS : DEPTH
  /** Panels where zeros are looked for: those of 16 columns. */
  const searched = skip ? min(lastPanel, columns >> 4) : 0
  const m = to - from
  for (let g = 0; g < groups; g++) {
    const bg = b + <usize>g * bGroup
    const cg = c + <usize>g * cGroup + <usize>from * cRow
    for (let depth = 0; depth < k; depth += most) {
      const length = min(most, k - depth)
      // Bias with the first stretch, activation with the last.
      const flag = (depth ? GemmFlags.keep : flags & GemmFlags.keep) | (depth + length == k ? flags & GemmFlags.relu : 0)
      const ag = a + <usize>from * aRow + (<usize>depth << 2)
      for (let p = firstPanel; p < lastPanel; ) {
        const column = <usize>p << 6
        const bp = bg + <usize>p * panel + <usize>depth * bRow
        const cp = cg + column
        const biasP = bias && !depth ? bias + column : 0
        const together = min(PANELS, searched - p)
        if (together > 0) {
          nonzero2x16(ag, aRow, bp, bRow, panel, together, cp, cRow, length, m, biasP, flag)
          p += together
        } else {
          block(ag, aRow, 4, bp, bRow, cp, cRow, length, m, min(16, columns - (p << 4)), biasP, flag)
          p++
        }
      }
    }
  }
}

/**
 * C[m, n] = Σ_r A[r, m]·B[r, n] over lines of samples, C in panels of 16 columns. `mode` 0: each shard sums its own
 * rows into a C of its own, `cShard` further; 1: all rows, the panels split; 2: all rows, the rows of C split.
 */
export function gemmOverRows(o: GemmOverRows): void {
  const a = o.a
  const aRow = o.aRow
  const b = o.b
  const bRow = o.bRow
  let c = o.c
  const cRow = o.cRow
  const cPanel = o.cPanel
  const m = o.m
  const columns = o.columns
  const lines = o.lines
  const cShard = o.cShard
  const mode = o.mode

  const panels = (columns + 15) >> 4
  let firstPanel = 0
  let lastPanel = panels
  let firstM = 0
  let lastM = m
  let from = 0
  let to = rows * lines
  if (mode == 0) {
    from = low * lines
    to = high * lines
    c += <usize>shard * cShard
  } else if (mode == 1) {
    firstPanel = split(panels, shard)
    lastPanel = split(panels, shard + 1)
  } else {
    firstM = split(m, shard)
    lastM = split(m, shard + 1)
  }
  let r = from
  do {
    const length = min(ROW_DEPTH, to - r)
    for (let p = firstPanel; p < lastPanel; p++) {
      block(
        a + <usize>r * aRow + (<usize>firstM << 2), 4, aRow,
        b + <usize>r * bRow + (<usize>p << 6), bRow,
        c + <usize>p * cPanel + <usize>firstM * cRow, cRow,
        length, lastM - firstM, min(16, columns - (p << 4)), 0, r > from ? GemmFlags.keep : 0,
      )
    }
    r += length
  } while (r < to)
}

/** One panel: `m` rows of C, at most 16 columns (a multiple of 4). Row i, term k of A is at a + i·aRow + k·aTerm. */
export function block(
  a: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c: usize, cRow: usize,
  k: i32, m: i32, columns: i32, bias: usize, flags: i32,
): void {
  const tiled = <usize>(columns == 16 && !paired ? m & ~1 : m & ~3)
  const left = m - <i32>tiled
  const aLeft = a + tiled * aRow
  const cLeft = c + tiled * cRow
  if (columns == 16) {
    if (paired) strip4x16(a, aRow, aTerm, b, bRow, c, cRow, k, m, bias, flags)
    else strip2x16(a, aRow, aTerm, b, bRow, c, cRow, k, m, bias, flags)
    strip1x16(aLeft, aRow, aTerm, b, bRow, cLeft, cRow, k, left, bias, flags)
    return
  }
  const wide = columns & 8
  if (wide) {
    strip4x8(a, aRow, aTerm, b, bRow, c, cRow, k, m, bias, flags)
    strip1x8(aLeft, aRow, aTerm, b, bRow, cLeft, cRow, k, left, bias, flags)
  }
  if (columns & 4) {
    const at = <usize>wide << 2
    const bias4 = bias ? bias + at : 0
    strip4x4(a, aRow, aTerm, b + at, bRow, c + at, cRow, k, m, bias4, flags)
    strip1x4(aLeft, aRow, aTerm, b + at, bRow, cLeft + at, cRow, k, left, bias4, flags)
  }
}

/**
 * C[r, n] = act(Σ_k A[r, k]·B[n, k] + bias[n]): both operands run along k (a multiple of 4). Columns from n to
 * `padded` are set to zero. `byColumn` gives each shard all rows and some of the columns.
 */
export function gemmTransposed(o: GemmTransposed): void {
  const a = o.a
  const aRow = o.aRow
  const b = o.b
  const bRow = o.bRow
  const c = o.c
  const cRow = o.cRow
  const k = o.k
  const columns = o.columns
  const padded = o.padded
  const lines = o.lines
  const bias = o.bias
  const relu = o.flags & GemmFlags.relu
  const byColumn = o.byColumn

  let from = low * lines
  let to = high * lines
  let first = 0
  let last = columns
  if (byColumn) {
    from = 0
    to = rows * lines
    first = split(columns, shard)
    last = split(columns, shard + 1)
  }
  const tiled = from + ((to - from) & ~3)
  let n = first
  for (; n + 2 <= last; n += 2) {
    const bn = b + <usize>n * bRow
    const biasN = bias ? bias + (<usize>n << 2) : 0
    for (let r = from; r < tiled; r += 4) {
      dot4x2(a + <usize>r * aRow, aRow, bn, bRow, c + <usize>r * cRow + (<usize>n << 2), cRow, k, biasN, relu)
    }
  }
  if (n < last) {
    const biasN = bias ? bias + (<usize>n << 2) : 0
    for (let r = from; r < tiled; r++) {
      dot1x1(a + <usize>r * aRow, b + <usize>n * bRow, c + <usize>r * cRow + (<usize>n << 2), k, biasN, relu)
    }
  }
  // Rows left over: one image has no others, and single sums would wait for each addition.
  for (let r = tiled; r < to; r++) {
    const ar = a + <usize>r * aRow
    const cr = c + <usize>r * cRow
    for (n = first; n + 5 <= last; n += 5) {
      const at = <usize>n << 2
      dot1x5(ar, b + <usize>n * bRow, bRow, cr + at, k, bias ? bias + at : 0, relu)
    }
    for (; n < last; n++) {
      const at = <usize>n << 2
      dot1x1(ar, b + <usize>n * bRow, cr + at, k, bias ? bias + at : 0, relu)
    }
  }
  if (last == columns) {
    for (let r = from; r < to; r++) {
      for (let j = columns; j < padded; j++) store<f32>(c + <usize>r * cRow + (<usize>j << 2), 0)
    }
  }
}

// @ts-ignore: decorator
@inline
function sum4(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 2) + (f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3))
}

// @ts-ignore: decorator
@inline
function put(c: usize, sum: v128, bias: usize, relu: i32): void {
  let value = sum4(sum)
  if (bias) value += load<f32>(bias)
  if (relu && value < 0) value = 0
  store<f32>(c, value)
}

function dot1x1(a: usize, b: usize, c: usize, k: i32, bias: usize, relu: i32): void {
  let sum = f32x4.splat(0)
  for (const end = a + (<usize>k << 2); a < end; a += 16, b += 16) {
    sum = multiplyAdd(sum, v128.load(a), v128.load(b))
  }
  put(c, sum, bias, relu)
}

/**
 * Five sums at once hide an addition's latency: with fewer each waits for the one before. Ten classes are two fives.
 *
 * Two terms a turn share the pointers' arithmetic. The way out between them is what makes it pay: V8 moves all loads
 * of a block before its sums, and without an exit that needs the sums twice the loads would not fit the registers.
 */
function dot1x5(a: usize, b0: usize, bRow: usize, c: usize, k: i32, bias: usize, relu: i32): void {
  let b1 = b0 + bRow
  let b2 = b1 + bRow
  let b3 = b2 + bRow
  let b4 = b3 + bRow
  let s0 = f32x4.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  let s4 = s0
  while (true) {
    let t = v128.load(a)
    s0 = multiplyAdd(s0, t, v128.load(b0))
    s1 = multiplyAdd(s1, t, v128.load(b1))
    s2 = multiplyAdd(s2, t, v128.load(b2))
    s3 = multiplyAdd(s3, t, v128.load(b3))
    s4 = multiplyAdd(s4, t, v128.load(b4))
    if (k == 4) break
    t = v128.load(a, 16)
    s0 = multiplyAdd(s0, t, v128.load(b0, 16))
    s1 = multiplyAdd(s1, t, v128.load(b1, 16))
    s2 = multiplyAdd(s2, t, v128.load(b2, 16))
    s3 = multiplyAdd(s3, t, v128.load(b3, 16))
    s4 = multiplyAdd(s4, t, v128.load(b4, 16))
    if (k == 8) break
    k -= 8
    a += 32
    b0 += 32
    b1 += 32
    b2 += 32
    b3 += 32
    b4 += 32
  }
  put(c, s0, bias, relu)
  put(c + 4, s1, bias ? bias + 4 : 0, relu)
  put(c + 8, s2, bias ? bias + 8 : 0, relu)
  put(c + 12, s3, bias ? bias + 12 : 0, relu)
  put(c + 16, s4, bias ? bias + 16 : 0, relu)
}

/** Two terms a turn, as in `dot1x5`. */
function dot4x2(a0: usize, aRow: usize, b0: usize, bRow: usize, c: usize, cRow: usize, k: i32, bias: usize, relu: i32): void {
  let a1 = a0 + aRow
  let a2 = a1 + aRow
  let a3 = a2 + aRow
  let b1 = b0 + bRow
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  while (true) {
    let x = v128.load(b0)
    let y = v128.load(b1)
    let t = v128.load(a0)
    s00 = multiplyAdd(s00, t, x)
    s01 = multiplyAdd(s01, t, y)
    t = v128.load(a1)
    s10 = multiplyAdd(s10, t, x)
    s11 = multiplyAdd(s11, t, y)
    t = v128.load(a2)
    s20 = multiplyAdd(s20, t, x)
    s21 = multiplyAdd(s21, t, y)
    t = v128.load(a3)
    s30 = multiplyAdd(s30, t, x)
    s31 = multiplyAdd(s31, t, y)
    if (k == 4) break
    x = v128.load(b0, 16)
    y = v128.load(b1, 16)
    t = v128.load(a0, 16)
    s00 = multiplyAdd(s00, t, x)
    s01 = multiplyAdd(s01, t, y)
    t = v128.load(a1, 16)
    s10 = multiplyAdd(s10, t, x)
    s11 = multiplyAdd(s11, t, y)
    t = v128.load(a2, 16)
    s20 = multiplyAdd(s20, t, x)
    s21 = multiplyAdd(s21, t, y)
    t = v128.load(a3, 16)
    s30 = multiplyAdd(s30, t, x)
    s31 = multiplyAdd(s31, t, y)
    if (k == 8) break
    k -= 8
    a0 += 32
    a1 += 32
    a2 += 32
    a3 += 32
    b0 += 32
    b1 += 32
  }
  const bias1 = bias ? bias + 4 : 0
  put(c, s00, bias, relu)
  put(c + 4, s01, bias1, relu)
  c += cRow
  put(c, s10, bias, relu)
  put(c + 4, s11, bias1, relu)
  c += cRow
  put(c, s20, bias, relu)
  put(c + 4, s21, bias1, relu)
  c += cRow
  put(c, s30, bias, relu)
  put(c + 4, s31, bias1, relu)
}

/**
 * Copies a packed weight transposed. From: panels of 16 columns, row k of panel p at src + p·panel + k·row. To: row n
 * of panel q (16 values of k) at dst + q·dstPanel + n·dstRow. Shards take columns n.
 */
export function transpose(o: Transpose): void {
  const src = o.source
  const row = o.row
  const panel = o.panel
  const dst = o.target
  const dstRow = o.targetRow
  const dstPanel = o.targetPanel
  const k = o.k
  const columns = o.columns
  for (let n = split(columns, shard), end = split(columns, shard + 1); n < end; n++) {
    let from = src + <usize>(n >> 4) * panel + (<usize>(n & 15) << 2)
    for (let i = 0; i < k; i++, from += row) {
      store<f32>(dst + <usize>(i >> 4) * dstPanel + <usize>n * dstRow + (<usize>(i & 15) << 2), load<f32>(from))
    }
  }
}
