import { touched, type Operation } from './schedule.ts'
import type { Storage } from './storage.ts'

const ALIGNMENT = 64

export interface ArenaPlan {
  /** Bytes of the whole. */
  readonly bytes: number
  /** Bytes all its storages would take with none reused. */
  readonly unshared: number
}

/**
 * Gives every storage that the phases touch an offset in one arena: persistent ones first, then the others, largest
 * first, each at the lowest offset that no storage of the same phases takes. Storages of other programs stay outside.
 * @returns sizes; each storage's offset is set as its `address`, to be moved by the arena's own
 */
export function planArena(
  phases: readonly (readonly Operation[])[],
  persistent: readonly Storage[],
): ArenaPlan & { storages: Storage[] } {
  const lives = new Map<Storage, { from: number; to: number }>()
  phases.forEach((operations, phase) => {
    for (const operation of operations) {
      for (const { storage } of touched(operation)) {
        if (storage.root.foreign) continue
        const life = lives.get(storage.root)
        if (life) life.to = phase
        else lives.set(storage.root, { from: phase, to: phase })
      }
    }
  })
  let bytes = 0
  const storages: Storage[] = []
  for (const storage of new Set([...persistent, ...[...lives.keys()].filter((one) => one.persistent)])) {
    storage.address = bytes
    bytes += aligned(storage.bytes)
    storages.push(storage)
  }
  const base = bytes
  let unshared = bytes
  const placed: { from: number; to: number; start: number; end: number }[] = []
  const passing = [...lives].filter(([storage]) => !storage.persistent).sort(([a], [b]) => b.bytes - a.bytes)
  for (const [storage, { from, to }] of passing) {
    const size = aligned(storage.bytes)
    unshared += size
    const others = placed
      .filter((other) => other.from <= to && from <= other.to)
      .sort((a, b) => a.start - b.start)
    let start = base
    for (const other of others) {
      if (other.start - start >= size) break
      start = Math.max(start, other.end)
    }
    placed.push({ from, to, start, end: start + size })
    storage.address = start
    storages.push(storage)
    bytes = Math.max(bytes, start + size)
  }
  return { bytes, unshared, storages }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}
