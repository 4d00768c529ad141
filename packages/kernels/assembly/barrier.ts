/**
 * A barrier over `threads` threads, in words of shared memory that lie on cache lines of their own: arrivals at 0,
 * the generation at 64, sleepers at 128, poison at 192.
 *
 * Threads spin first: on cores of their own they meet within 0.15 µs, where a futex takes 4 to 8 (both measured). But
 * where other programs hold a core, the others' turn comes only when this thread sleeps, so spinning in vain halves
 * the turns of the next time, and meeting in time doubles them. Whoever sleeps does so with a time-out: a thread that
 * died ends the run and does not hang it.
 */
const GENERATION: usize = 64
const SLEEPERS: usize = 128
const POISON: usize = 192
const SLICE_NANOSECONDS: i64 = 50_000_000
/** Fewest turns, some 5 µs: what a futex costs. */
const FEWEST: i32 = 10_000

let turns: i32 = 0

/** Starts a run with `spins` turns, the most there will be. */
export function beginSpinning(spins: i32): void {
  turns = spins
}

/** Waits for all threads. False if the run is poisoned or nobody came for `patience` slices of 50 ms. */
export function meet(barrier: usize, threads: i32, spins: i32, patience: i32): bool {
  if (ASC_FEATURE_THREADS) {
    const generation = atomic.load<i32>(barrier, GENERATION)
    if (atomic.add<i32>(barrier, 1) == threads - 1) {
      atomic.store<i32>(barrier, 0)
      atomic.store<i32>(barrier, generation + 1, GENERATION)
      if (atomic.load<i32>(barrier, SLEEPERS)) atomic.notify(barrier + GENERATION, threads)
      return atomic.load<i32>(barrier, POISON) == 0
    }
    for (let i = 0; i < turns; i++) {
      if (atomic.load<i32>(barrier, GENERATION) != generation) {
        turns = min(turns << 1, spins)
        return atomic.load<i32>(barrier, POISON) == 0
      }
    }
    turns = min(spins, max(turns >> 1, FEWEST))
    atomic.add<i32>(barrier, 1, SLEEPERS)
    asleepAt = barrier
    awaited = generation
    slices = patience
    sleep()
    atomic.sub<i32>(asleepAt, 1, SLEEPERS)
    if (atomic.load<i32>(asleepAt, GENERATION) == awaited) poison(asleepAt)
    return atomic.load<i32>(asleepAt, POISON) == 0
  }
  return threads == 1
}

let asleepAt: usize = 0
let awaited: i32 = 0
let slices: i32 = 0

/**
 * Sleeps until the generation moves on, the run is poisoned or patience ends. What is known after
 * it is in globals: code from V8's first compiler loses its locals across `memory.atomic.wait32` (seen in Node 20.20,
 * V8 11.3), so this and `meet`, which may have it inlined, must stay functions of their own.
 */
export function sleep(): void {
  if (ASC_FEATURE_THREADS) {
    while (atomic.load<i32>(asleepAt, GENERATION) == awaited && !atomic.load<i32>(asleepAt, POISON) && slices-- > 0) {
      atomic.wait<i32>(asleepAt + GENERATION, awaited, SLICE_NANOSECONDS)
    }
  }
}

/** Ends the run for every thread at its next barrier. */
export function poison(barrier: usize): void {
  if (ASC_FEATURE_THREADS) {
    atomic.store<i32>(barrier, 1, POISON)
    atomic.notify(barrier + GENERATION, -1)
  }
}
