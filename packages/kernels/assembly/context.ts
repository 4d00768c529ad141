import { Header } from './generated/records'

/**
 * The step and shard that a thread works on. These are WASM globals, so each thread's instance has its own, and memory
 * holds no state of this module.
 */

/** Set from outside, for good: whether the engine pairs vectors. Products then use tiles of four rows, see scripts/tiles.js. */
export let paired: i32 = 0

/** Index of the thread, below the number of shards where shards are shared. */
export let thread: i32 = 0
/** Rows of the present step. */
export let rows: i32 = 0
/** Position of the step's first row in the epoch. */
export let firstRow: i32 = 0
/** The present shard, of `shards`. */
export let shard: i32 = 0
export let shards: i32 = 1
/** The shard's rows: from `low` to before `high`, counted within the step. */
export let low: i32 = 0
export let high: i32 = 0
export let step: i32 = 0
export let epoch: i32 = 0
export let seed: i32 = 0
/** The optimizer's scalars for this step (float32): the learning rate is the first, averaging takes the last two. */
export let scalars: usize = 0
export let scalarCount: i32 = 0
export let learningRate: f32 = 0
/** Where this step's loss and metric go (two float64). */
export let result: usize = 0
/** The epoch's permutation, or 0 for rows in their own order. */
export let order: usize = 0

export function enterThread(index: i32): void {
  thread = index
}

export function enterStep(header: Header, index: i32): void {
  const batchSize = header.batchSize
  step = index
  firstRow = index * batchSize
  rows = min(batchSize, header.sampleCount - firstRow)
  shards = header.shards
  epoch = header.epoch
  seed = header.seed
  order = header.order
  const offset = <usize>(index - header.baseStep)
  scalarCount = header.scalarCount
  if (scalarCount > 0) {
    scalars = header.scalars + ((offset * <usize>scalarCount) << 2)
    learningRate = load<f32>(scalars)
  }
  result = header.results + offset * <usize>header.resultBytes
}

/** One of the optimizer's scalars for this step. */
// @ts-ignore: decorator
@inline
export function scalar(index: i32): f32 {
  return load<f32>(scalars + (<usize>index << 2))
}

// @ts-ignore: decorator
@inline
export function enterShard(index: i32): void {
  shard = index
  low = split(rows, index)
  high = split(rows, index + 1)
}

/** Where shard `index` of `count` items begins: the same for any number of threads. */
// @ts-ignore: decorator
@inline
export function split(count: i32, index: i32): i32 {
  return portion(count, index, shards)
}

/** Where part `index` of `parts` parts of `count` items begins. */
// @ts-ignore: decorator
@inline
export function portion(count: i32, index: i32, parts: i32): i32 {
  return <i32>((<i64>count * <i64>index) / <i64>parts)
}

/** The row of the data that is row `index` of this step. */
// @ts-ignore: decorator
@inline
export function sample(index: i32): usize {
  const position = <usize>(firstRow + index)
  return order ? <usize>load<u32>(order + (position << 2)) : position
}
