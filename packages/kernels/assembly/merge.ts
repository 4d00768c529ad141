import { MapLinear, Merge, ScaleAll, SelectWhere } from './generated/records'
import { high, low } from './context'

const SUBTRACT = 0
const MULTIPLY = 1
const MAXIMUM = 2

/** y = a ∘ b over whole lines, or added to y. */
export function merge(o: Merge): void {
  const kind = o.kind
  const a = o.a
  const aRow = o.aRow
  const b = o.b
  const bRow = o.bRow
  const y = o.y
  const yRow = o.yRow
  const width = (<usize>o.width) << 2
  const lines = o.lines
  const accumulate = o.accumulate
  for (let l = <usize>(low * lines), end = <usize>(high * lines); l < end; l++) {
    for (let j: usize = 0; j < width; j += 16) {
      const p = v128.load(a + l * aRow + j)
      const q = v128.load(b + l * bRow + j)
      const to = y + l * yRow + j
      let value: v128
      if (kind == SUBTRACT) value = f32x4.sub(p, q)
      else if (kind == MULTIPLY) value = f32x4.mul(p, q)
      else if (kind == MAXIMUM) value = f32x4.max(p, q)
      else value = f32x4.min(p, q)
      if (accumulate) value = f32x4.add(value, v128.load(to))
      v128.store(to, value)
    }
  }
}

const NOT_BELOW = 0
const BELOW = 1
const NOT_ABOVE = 2

/** y = x where a and b meet the condition, else 0; or added to y. */
export function selectWhere(o: SelectWhere): void {
  const condition = o.condition
  const a = o.a
  const aRow = o.aRow
  const b = o.b
  const bRow = o.bRow
  const x = o.x
  const xRow = o.xRow
  const y = o.y
  const yRow = o.yRow
  const width = (<usize>o.width) << 2
  const lines = o.lines
  const accumulate = o.accumulate
  for (let l = <usize>(low * lines), end = <usize>(high * lines); l < end; l++) {
    for (let j: usize = 0; j < width; j += 16) {
      const p = v128.load(a + l * aRow + j)
      const q = v128.load(b + l * bRow + j)
      const to = y + l * yRow + j
      let met: v128
      if (condition == NOT_BELOW) met = f32x4.ge(p, q)
      else if (condition == BELOW) met = f32x4.lt(p, q)
      else if (condition == NOT_ABOVE) met = f32x4.le(p, q)
      else met = f32x4.gt(p, q)
      let value = v128.and(v128.load(x + l * xRow + j), met)
      if (accumulate) value = f32x4.add(value, v128.load(to))
      v128.store(to, value)
    }
  }
}

/** y = x · scale + shift over the first `width` floats of a line. */
export function scaleAll(o: ScaleAll): void {
  const x = o.x
  const xRow = o.xRow
  const y = o.y
  const yRow = o.yRow
  const width = o.width
  const lines = o.lines
  const scale = o.scale
  const shift = o.shift
  const accumulate = o.accumulate
  const scales = f32x4.splat(scale)
  const shifts = f32x4.splat(shift)
  const padded = (width + 3) & ~3
  for (let l = <usize>(low * lines), end = <usize>(high * lines); l < end; l++) {
    const from = x + l * xRow
    const to = y + l * yRow
    let j = 0
    for (; j + 4 <= width; j += 4) {
      const offset = <usize>j << 2
      let value = f32x4.add(f32x4.mul(v128.load(from + offset), scales), shifts)
      if (accumulate) value = f32x4.add(value, v128.load(to + offset))
      v128.store(to + offset, value)
    }
    for (; j < padded; j++) {
      const offset = <usize>j << 2
      let value: f32 = j < width ? load<f32>(from + offset) * scale + shift : 0
      if (accumulate && j < width) value += load<f32>(to + offset)
      store<f32>(to + offset, value)
    }
  }
}

/** Any linear map within a sample, by a table of entries for each float of the target. */
export function mapLinear(o: MapLinear): void {
  const source = o.source
  const sourceSample = o.sourceSample
  const target = o.target
  const targetSample = o.targetSample
  const ends = o.ends
  const entries = o.entries
  const count = o.count
  const accumulate = o.accumulate
  for (let i = low; i < high; i++) {
    const from = source + <usize>i * sourceSample
    const to = target + <usize>i * targetSample
    let at = 0
    for (let j = 0; j < count; j++) {
      const end = load<i32>(ends + (<usize>j << 2))
      const out = to + (<usize>j << 2)
      let sum: f32 = accumulate ? load<f32>(out) : 0
      for (; at < end; at++) {
        const entry = entries + (<usize>at << 3)
        sum += load<f32>(entry, 4) * load<f32>(from + (<usize>load<i32>(entry) << 2))
      }
      store<f32>(out, sum)
    }
  }
}
