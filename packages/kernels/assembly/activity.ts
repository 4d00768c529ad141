import { ActivityGradient, ActivityLoss } from './generated/records'
import { high, low, rows, shard } from './context'

/** Regularization of a layer's output, l1·Σ|x| + l2·Σx² for each sample, and its gradient. See src/manifest/activity.ts. */
export function activityLoss(o: ActivityLoss): void {
  const width = o.width
  const lines = o.lines
  const l1 = f64x2.splat(<f64>o.l1)
  const l2 = f64x2.splat(<f64>o.l2)
  const y = o.y
  let total: f64 = 0
  for (let i = low; i < high; i++) {
    let sum = f64x2.splat(0)
    let line = o.x + <usize>(i * lines) * o.xRow
    for (let n = lines; n > 0; n--, line += o.xRow) {
      for (let j: usize = 0; j < <usize>width << 2; j += 8) {
        const x = f64x2.promote_low_f32x4(v128.load64_zero(line + j))
        sum = f64x2.add(sum, f64x2.add(f64x2.mul(l1, f64x2.abs(x)), f64x2.mul(l2, f64x2.mul(x, x))))
      }
    }
    const own = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
    if (y) v128.store(y + <usize>i * o.yRow, f32x4.replace_lane(f32x4.splat(0), 0, <f32>own))
    total += own
  }
  if (o.sums) store<f64>(o.sums + (<usize>shard << 3), total / <f64>rows)
}

export function activityGradient(o: ActivityGradient): void {
  const l1 = f32x4.splat(o.l1 / <f32>rows)
  const l2 = f32x4.splat(2 * o.l2 / <f32>rows)
  const bytes = <usize>o.width << 2
  const accumulate = o.accumulate
  const sign = i32x4.splat(0x80000000)
  for (let line = low * o.lines, end = high * o.lines; line < end; line++) {
    const from = o.x + <usize>line * o.xRow
    const to = o.dx + <usize>line * o.dxRow
    for (let at: usize = 0; at < bytes; at += 16) {
      const x = v128.load(from + at)
      // l1 with the sign of x, 0 where x is 0.
      const slope = v128.and(v128.or(l1, v128.and(x, sign)), f32x4.ne(x, f32x4.splat(0)))
      const d = f32x4.add(slope, f32x4.mul(l2, x))
      v128.store(to + at, accumulate ? f32x4.add(v128.load(to + at), d) : d)
    }
  }
}
