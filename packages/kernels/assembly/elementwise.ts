import { Add, ReluBackward, SumColumns } from './generated/records'
import { high, low, shard } from './context'

/** Adds two maps into a third, and takes the sum through a ReLU if `relu` says so. */
export function add(o: Add): void {
  const height = <usize>o.height
  const bytes = <usize>o.channels << 2
  const joined = o.aPixel == bytes && o.bPixel == bytes && o.yPixel == bytes
  const stretch = joined ? bytes * <usize>o.width : bytes
  const stretches = joined ? 1 : o.width
  // As a ReLU does: NaN stays NaN. Below −∞ nothing is changed.
  const least = f32x4.splat(o.relu ? 0 : -Infinity)
  for (let i = <usize>low; i < <usize>high; i++) {
    for (let r: usize = 0; r < height; r++) {
      let a = o.a + i * o.aImage + r * o.aRow
      let b = o.b + i * o.bImage + r * o.bRow
      let y = o.y + i * o.yImage + r * o.yRow
      for (let c = stretches; c > 0; c--, a += o.aPixel, b += o.bPixel, y += o.yPixel) addFloats(a, b, y, stretch, least)
    }
  }
}

/** Two vectors at a time, which V8 can pair into one of 256 bits. */
// @ts-ignore: decorator
@inline
function addFloats(a: usize, b: usize, y: usize, bytes: usize, least: v128): void {
  let at: usize = 0
  for (; at + 32 <= bytes; at += 32) {
    const y0 = f32x4.pmax(f32x4.add(v128.load(a + at), v128.load(b + at)), least)
    const y1 = f32x4.pmax(f32x4.add(v128.load(a + at, 16), v128.load(b + at, 16)), least)
    v128.store(y + at, y0)
    v128.store(y + at, y1, 16)
  }
  if (at < bytes) v128.store(y + at, f32x4.pmax(f32x4.add(v128.load(a + at), v128.load(b + at)), least))
}

/** dx = dy where y is above 0, else 0. */
export function reluBackward(o: ReluBackward): void {
  const height = <usize>o.height
  const bytes = <usize>o.channels << 2
  const joined = o.yPixel == bytes && o.dyPixel == bytes && o.dxPixel == bytes
  const stretch = joined ? bytes * <usize>o.width : bytes
  const stretches = joined ? 1 : o.width
  for (let i = <usize>low; i < <usize>high; i++) {
    for (let r: usize = 0; r < height; r++) {
      let y = o.y + i * o.yImage + r * o.yRow
      let dy = o.dy + i * o.dyImage + r * o.dyRow
      let dx = o.dx + i * o.dxImage + r * o.dxRow
      for (let c = stretches; c > 0; c--, y += o.yPixel, dy += o.dyPixel, dx += o.dxPixel) maskFloats(y, dy, dx, stretch)
    }
  }
}

// @ts-ignore: decorator
@inline
function maskFloats(y: usize, dy: usize, dx: usize, bytes: usize): void {
  const zero = f32x4.splat(0)
  let at: usize = 0
  for (; at + 32 <= bytes; at += 32) {
    const d0 = v128.and(v128.load(dy + at), f32x4.gt(v128.load(y + at), zero))
    const d1 = v128.and(v128.load(dy + at, 16), f32x4.gt(v128.load(y + at, 16), zero))
    v128.store(dx + at, d0)
    v128.store(dx + at, d1, 16)
  }
  if (at < bytes) v128.store(dx + at, v128.and(v128.load(dy + at), f32x4.gt(v128.load(y + at), zero)))
}

/** Each shard's sum over its lines, at out + shard · outShard. */
export function sumColumns(o: SumColumns): void {
  const x = o.x
  const row = o.row
  const width = (<usize>o.width) << 2
  const lines = o.lines
  const out = o.out + <usize>shard * o.outShard
  const from = x + <usize>(low * lines) * row
  const end = x + <usize>(high * lines) * row
  for (let j: usize = 0; j < width; j += 16) {
    let sum = f32x4.splat(0)
    for (let p = from + j; p < end; p += row) sum = f32x4.add(sum, v128.load(p))
    v128.store(out + j, sum)
  }
}
