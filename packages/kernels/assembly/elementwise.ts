import { address, word } from './record'
import { high, low, shard } from './context'

/** y = a + b over whole lines. */
export function add(at: usize): void {
  const a = address(at, 1)
  const aRow = address(at, 2)
  const b = address(at, 3)
  const bRow = address(at, 4)
  const y = address(at, 5)
  const yRow = address(at, 6)
  const width = (<usize>word(at, 7)) << 2
  const lines = word(at, 8)
  for (let l = <usize>(low * lines), end = <usize>(high * lines); l < end; l++) {
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(y + l * yRow + j, f32x4.add(v128.load(a + l * aRow + j), v128.load(b + l * bRow + j)))
    }
  }
}

/** Each shard's sum over its lines, at out + shard · outShard. */
export function sumColumns(at: usize): void {
  const x = address(at, 1)
  const row = address(at, 2)
  const width = (<usize>word(at, 3)) << 2
  const lines = word(at, 4)
  const out = address(at, 5) + <usize>shard * address(at, 6)
  const from = x + <usize>(low * lines) * row
  const end = x + <usize>(high * lines) * row
  for (let j: usize = 0; j < width; j += 16) {
    let sum = f32x4.splat(0)
    for (let p = from + j; p < end; p += row) sum = f32x4.add(sum, v128.load(p))
    v128.store(out + j, sum)
  }
}
