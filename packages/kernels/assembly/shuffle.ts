import { fourBlocks } from './philox'

/** `Purpose.shuffle` of @treadle/core. */
const SHUFFLE = 2

/**
 * Writes `permutation(count, new RandomStream(seed, Purpose.shuffle, { epoch }))` of @treadle/core to `out` (uint32
 * each). `scratch` is 64 bytes.
 */
export function shuffle(out: usize, count: i32, seed: i32, epoch: i32, scratch: usize): void {
  for (let i = 0; i < count; i++) store<u32>(out + ((<usize>i) << 2), i)
  let drawn = -1
  for (let i = count - 1; i > 0; i--) {
    // Index i takes words 2i and 2i + 1; four blocks hold eight indices.
    if (i >> 3 != drawn) {
      drawn = i >> 3
      fourBlocks(scratch, drawn << 2, 0, epoch, 0, seed, SHUFFLE)
    }
    const words = scratch + ((<usize>(i & 7)) << 3)
    const fraction = (<f64>load<u32>(words) * 2097152 + <f64>(load<u32>(words, 4) >>> 11)) / 9007199254740992
    const j = <usize>(fraction * <f64>(i + 1))
    const a = out + ((<usize>i) << 2)
    const b = out + (j << 2)
    const swapped = load<u32>(a)
    store<u32>(a, load<u32>(b))
    store<u32>(b, swapped)
  }
}
