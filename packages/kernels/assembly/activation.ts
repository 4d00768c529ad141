import { ActivationKind, Activate, ActivateBackward, Softmax, SoftmaxBackward } from './generated/records'
import { high, low } from './context'
import { expF32x4, sigmoidF32x4, tanhF32x4 } from './math'

/** y = f(x), or y + f(x). Padding after `width` is kept at zero. */
export function activate(o: Activate): void {
  const kind = o.kind
  const x = o.x
  const xRow = o.xRow
  const y = o.y
  const yRow = o.yRow
  const width = o.width
  const lines = o.lines
  const accumulate = o.accumulate
  for (let l = low * lines, end = high * lines; l < end; l++) {
    const from = x + <usize>l * xRow
    const to = y + <usize>l * yRow
    for (let j = 0; j < width; j += 4) {
      const offset = <usize>j << 2
      let v = v128.load(from + offset)
      if (kind == ActivationKind.relu) v = f32x4.pmax(v, f32x4.splat(0))
      else if (kind == ActivationKind.sigmoid) v = sigmoidF32x4(v)
      else if (kind == ActivationKind.tanh) v = tanhF32x4(v)
      if (width - j < 4) v = v128.and(v, lanes(width - j))
      if (accumulate) v = f32x4.add(v, v128.load(to + offset))
      v128.store(to + offset, v)
    }
  }
}

/** dx = dy · f′, or added to dx; f′ from f's output y. */
export function activateBackward(o: ActivateBackward): void {
  const kind = o.kind
  const y = o.y
  const yRow = o.yRow
  const dy = o.dy
  const dyRow = o.dyRow
  const dx = o.dx
  const dxRow = o.dxRow
  const width = o.width
  const lines = o.lines
  const accumulate = o.accumulate
  const one = f32x4.splat(1)
  for (let l = low * lines, end = high * lines; l < end; l++) {
    const value = y + <usize>l * yRow
    const grad = dy + <usize>l * dyRow
    const to = dx + <usize>l * dxRow
    for (let j = 0; j < width; j += 4) {
      const offset = <usize>j << 2
      const v = v128.load(value + offset)
      let d = v128.load(grad + offset)
      if (kind == ActivationKind.relu) d = v128.and(d, f32x4.gt(v, f32x4.splat(0)))
      else if (kind == ActivationKind.sigmoid) d = f32x4.mul(d, f32x4.mul(v, f32x4.sub(one, v)))
      else if (kind == ActivationKind.tanh) d = f32x4.mul(d, f32x4.sub(one, f32x4.mul(v, v)))
      if (accumulate) d = f32x4.add(d, v128.load(to + offset))
      v128.store(to + offset, d)
    }
  }
}

/** A mask over the first `count` (1 to 3) lanes. */
// @ts-ignore: decorator
@inline
function lanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count))
}

/** y = softmax(x) along each line. */
export function softmax(o: Softmax): void {
  const x = o.x
  const xRow = o.xRow
  const y = o.y
  const yRow = o.yRow
  const width = o.width
  const lines = o.lines
  const padded = (width + 3) & ~3
  for (let l = low * lines, end = high * lines; l < end; l++) {
    const from = x + <usize>l * xRow
    const to = y + <usize>l * yRow
    let most = load<f32>(from)
    for (let j = 1; j < width; j++) most = max(most, load<f32>(from + (<usize>j << 2)))
    const shift = f32x4.splat(most)
    let sum: f32 = 0
    for (let j = 0; j < padded; j += 4) {
      const offset = <usize>j << 2
      let e = expF32x4(f32x4.sub(v128.load(from + offset), shift))
      if (width - j < 4) e = v128.and(e, lanes(width - j))
      v128.store(to + offset, e)
      sum += f32x4.extract_lane(e, 0) + f32x4.extract_lane(e, 1) + (f32x4.extract_lane(e, 2) + f32x4.extract_lane(e, 3))
    }
    const total = f32x4.splat(sum)
    for (let j = 0; j < padded; j += 4) {
      const out = to + (<usize>j << 2)
      v128.store(out, f32x4.div(v128.load(out), total))
    }
  }
}

/** dx = y · (dy − Σ y·dy) along each line, or added to dx. */
export function softmaxBackward(o: SoftmaxBackward): void {
  const y = o.y
  const yRow = o.yRow
  const dy = o.dy
  const dyRow = o.dyRow
  const dx = o.dx
  const dxRow = o.dxRow
  const width = o.width
  const lines = o.lines
  const accumulate = o.accumulate
  for (let l = low * lines, end = high * lines; l < end; l++) {
    const value = y + <usize>l * yRow
    const grad = dy + <usize>l * dyRow
    const to = dx + <usize>l * dxRow
    let dot: f32 = 0
    for (let j: usize = 0; j < <usize>width << 2; j += 4) dot += load<f32>(value + j) * load<f32>(grad + j)
    for (let j: usize = 0; j < <usize>width << 2; j += 16) {
      let d = f32x4.mul(v128.load(value + j), f32x4.sub(v128.load(grad + j), f32x4.splat(dot)))
      if (accumulate) d = f32x4.add(d, v128.load(to + j))
      v128.store(to + j, d)
    }
  }
}
