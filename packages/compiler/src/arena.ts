import { touched, type Operation } from './schedule.ts'
import type { Storage } from './storage.ts'

const ALIGNMENT = 64

export interface ArenaPlan {
  /** Bytes of the whole. */
  readonly bytes: number
  /** Bytes all its storages would take with none reused. */
  readonly unshared: number
}

/** The first and the last phase that touches a storage. */
interface Life {
  readonly from: number
  to: number
}

/**
 * Gives every storage that the phases touch an offset in one arena: persistent ones first, then those that share their
 * room with their own layout alone, then the others, largest first, each at the lowest offset that no storage of the same
 * phases takes. Storages of other programs stay outside.
 * @returns sizes; each storage's offset is set as its `address`, to be moved by the arena's own
 */
export function planArena(
  phases: readonly (readonly Operation[])[],
  persistent: readonly Storage[],
): ArenaPlan & { storages: Storage[] } {
  const lives = new Map<Storage, Life>()
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
  let unshared = bytes
  const passing = [...lives].filter(([storage]) => !storage.persistent)
  for (const room of roomsByLayout(passing)) {
    const size = aligned((room[0] as Storage).bytes)
    for (const storage of room) {
      storage.address = bytes
      unshared += size
      storages.push(storage)
    }
    bytes += size
  }
  const base = bytes
  const placed: (Life & { readonly start: number; readonly end: number })[] = []
  const others = passing.filter(([storage]) => storage.layout === undefined)
  for (const [storage, { from, to }] of others.sort(([a], [b]) => b.bytes - a.bytes)) {
    const size = aligned(storage.bytes)
    unshared += size
    const beside = placed
      .filter((other) => other.from <= to && from <= other.to)
      .sort((a, b) => a.start - b.start)
    let start = base
    for (const other of beside) {
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

/** Storages that have a layout, in rooms: those of a room have the same layout, and live one after the other. */
function roomsByLayout(lives: readonly (readonly [Storage, Life])[]): Storage[][] {
  const rooms: { readonly storages: Storage[]; readonly layout: string; to: number }[] = []
  for (const [storage, { from, to }] of lives.toSorted(([, a], [, b]) => a.from - b.from)) {
    const { layout } = storage
    if (layout === undefined) continue
    const room = rooms.find((one) => one.layout === layout && one.to < from)
    if (!room) rooms.push({ storages: [storage], layout, to })
    else {
      room.storages.push(storage)
      room.to = to
    }
  }
  return rooms.map(({ storages }) => storages)
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}
