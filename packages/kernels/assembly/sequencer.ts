import { address, RECORD_BYTES, word } from './record'
import { enterShard, enterStep, shards } from './context'
import { beginSpinning, meet } from './barrier'
import { gemm, gemmOverRows, gemmTransposed, transpose } from './gemm'
import { gatherBytes, gatherFloats, relayout, scatterRows } from './gather'
import { batchGradients, batchStatistics, normalize, normalizeBackward, scaleShift } from './batch-norm'
import { applyMask, drawMask } from './dropout'
import { activate, activateBackward, softmax, softmaxBackward } from './activation'
import { add, sumColumns } from './elementwise'
import {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  finishLoss,
  sparseCrossEntropy,
  squaredError,
} from './loss'
import { adam, clipGradient, joinGradient, penalty, sgd } from './update'

/**
 * A program is a list of phases; a phase is a list of instructions that every shard of rows can go through without
 * meeting the others, so a shard's rows stay in the first-level cache from one instruction to the next. Threads meet
 * between phases only.
 */

// Header, in words: see also context.ts.
const PHASES = 0
const PHASE_COUNT = 1
const BARRIER = 8
const CLAIMS = 9
const SPINS = 14
const PATIENCE = 15

// A phase, in words: first record's address, number of records, flags.
const PHASE_BYTES: usize = 16
const SERIAL = 1
const MEET = 2

/**
 * Runs steps `from` to before `to` of an epoch as thread `thread` of `threads`. Returns 0, or 1 where the run was
 * poisoned or a thread did not come.
 */
export function run(program: usize, from: i32, to: i32, thread: i32, threads: i32): i32 {
  const phases = address(program, PHASES)
  const end = phases + <usize>word(program, PHASE_COUNT) * PHASE_BYTES
  const barrier = address(program, BARRIER)
  const claims = address(program, CLAIMS)
  const spins = word(program, SPINS)
  const patience = word(program, PATIENCE)
  beginSpinning(spins)
  /** Phases shared so far. */
  let turn = 0
  for (let step = from; step < to; step++) {
    enterStep(program, step)
    const own = (shards * thread) / threads
    for (let phase = phases; phase < end; phase += PHASE_BYTES) {
      const flags = word(phase, 2)
      if (threads == 1) runPhase(phase, 0, shards)
      else if (!(flags & SERIAL)) sharePhase(phase, claims, turn++, own)
      else if (thread == 0) runPhase(phase, 0, shards)
      if (flags & MEET && threads > 1 && !meet(barrier, threads, spins, patience)) return 1
    }
  }
  return 0
}

/**
 * Runs shards of a phase, from `own` on, that no other thread has claimed. A claim is a word for each shard that says
 * how many phases it has been taken in, so that nobody need reset it: `turn` before this one.
 */
function sharePhase(phase: usize, claims: usize, turn: i32, own: i32): void {
  if (ASC_FEATURE_THREADS) {
    for (let i = 0; i < shards; i++) {
      const index = own + i < shards ? own + i : own + i - shards
      const claim = claims + (<usize>index << 2)
      if (atomic.load<i32>(claim) != turn || atomic.cmpxchg<i32>(claim, turn, turn + 1) != turn) continue
      runPhase(phase, index, index + 1)
    }
  }
}

function runPhase(phase: usize, first: i32, last: i32): void {
  const begin = address(phase, 0)
  const end = begin + <usize>word(phase, 1) * RECORD_BYTES
  for (let shard = first; shard < last; shard++) {
    enterShard(shard)
    for (let at = begin; at < end; at += RECORD_BYTES) execute(at)
  }
}

/** Runs one instruction of a step over all shards, for profiles and tests. */
export function runInstruction(program: usize, step: i32, at: usize): void {
  enterStep(program, step)
  for (let shard = 0; shard < shards; shard++) {
    enterShard(shard)
    execute(at)
  }
}

function execute(at: usize): void {
  switch (word(at, 0)) {
    case 1:
      return gatherBytes(at)
    case 2:
      return gatherFloats(at)
    case 3:
      return scatterRows(at)
    case 4:
      return relayout(at)
    case 10:
      return gemm(at)
    case 11:
      return gemmOverRows(at)
    case 12:
      return gemmTransposed(at)
    case 13:
      return transpose(at)
    case 20:
      return batchStatistics(at)
    case 21:
      return normalize(at)
    case 22:
      return batchGradients(at)
    case 23:
      return normalizeBackward(at)
    case 24:
      return scaleShift(at)
    case 30:
      return drawMask(at)
    case 31:
      return applyMask(at)
    case 40:
      return activate(at)
    case 41:
      return activateBackward(at)
    case 42:
      return softmax(at)
    case 43:
      return softmaxBackward(at)
    case 44:
      return add(at)
    case 45:
      return sumColumns(at)
    case 50:
      return sparseCrossEntropy(at)
    case 51:
      return categoricalCrossEntropy(at)
    case 52:
      return binaryCrossEntropy(at)
    case 53:
      return squaredError(at)
    case 54:
      return finishLoss(at)
    case 60:
      return adam(at)
    case 61:
      return sgd(at)
    case 62:
      return penalty(at)
    case 63:
      return joinGradient(at)
    case 64:
      return clipGradient(at)
    default:
      return // a record switched off
  }
}
