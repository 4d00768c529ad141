import { Add, SumColumns } from './generated/records'
import { high, low, shard } from './context'

/** y = a + b over whole lines. */
export function add(o: Add): void {
  const a = o.a
  const aRow = o.aRow
  const b = o.b
  const bRow = o.bRow
  const y = o.y
  const yRow = o.yRow
  const width = (<usize>o.width) << 2
  const lines = o.lines
  for (let l = <usize>(low * lines), end = <usize>(high * lines); l < end; l++) {
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(y + l * yRow + j, f32x4.add(v128.load(a + l * aRow + j), v128.load(b + l * bRow + j)))
    }
  }
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
