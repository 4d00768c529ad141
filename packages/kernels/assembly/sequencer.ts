import { enterShard, enterStep, enterThread, shards } from './context'
import { beginSpinning, meet } from './barrier'
import { execute } from './generated/execute'
import { Header, Phase, PHASE_BYTES, PhaseFlags, RECORD_BYTES } from './generated/records'

/**
 * A program is a list of phases. A phase is a list of instructions that each shard of samples can go through without
 * the other shards, so a shard's data stay in the first-level cache from one instruction to the next. Threads
 * synchronise between phases only.
 */

/**
 * Runs steps `from` to before `to` of an epoch as thread `thread` of `threads`. Returns 0, or 1 if the run is poisoned
 * or a thread does not reach a barrier in time.
 */
export function run(sequence: usize, from: i32, to: i32, thread: i32, threads: i32): i32 {
  const header = changetype<Header>(sequence)
  const phases = header.phases
  const end = phases + <usize>header.phaseCount * PHASE_BYTES
  const barrier = header.barrier
  const claims = header.claims
  const spins = header.spins
  const patience = header.patience
  beginSpinning(spins)
  enterThread(thread)
  /** Number of phases shared so far. */
  let turn = 0
  for (let step = from; step < to; step++) {
    enterStep(header, step)
    const own = (shards * thread) / min(shards, threads)
    for (let at = phases; at < end; at += PHASE_BYTES) {
      const phase = changetype<Phase>(at)
      const flags = phase.flags
      if (threads == 1) runPhase(phase, 0, shards)
      else if (!(flags & PhaseFlags.serial)) sharePhase(phase, claims, turn++, own)
      else if (thread == 0) runPhase(phase, 0, shards)
      if (flags & PhaseFlags.meet && threads > 1 && !meet(barrier, threads, spins, patience)) return 1
    }
  }
  return 0
}

/**
 * Runs the shards of a phase that no other thread has taken, beginning with `own`: idle threads steal shards. Each
 * shard has a word that counts the phases in which it was taken, so that no reset is needed. It is `turn` before this
 * phase. Threads beyond the number of shards take none: instructions have scratch for as many threads as shards.
 */
function sharePhase(phase: Phase, claims: usize, turn: i32, own: i32): void {
  if (ASC_FEATURE_THREADS) {
    for (let i = own < shards ? 0 : shards; i < shards; i++) {
      const index = own + i < shards ? own + i : own + i - shards
      const claim = claims + (<usize>index << 2)
      if (atomic.load<i32>(claim) != turn || atomic.cmpxchg<i32>(claim, turn, turn + 1) != turn) continue
      runPhase(phase, index, index + 1)
    }
  }
}

function runPhase(phase: Phase, first: i32, last: i32): void {
  const begin = phase.records
  const end = begin + <usize>phase.count * RECORD_BYTES
  for (let shard = first; shard < last; shard++) {
    enterShard(shard)
    for (let at = begin; at < end; at += RECORD_BYTES) execute(at)
  }
}

/** Runs one instruction of a step over all shards, for profiles and tests. */
export function runInstruction(sequence: usize, step: i32, at: usize): void {
  enterThread(0)
  enterStep(changetype<Header>(sequence), step)
  for (let shard = 0; shard < shards; shard++) {
    enterShard(shard)
    execute(at)
  }
}
