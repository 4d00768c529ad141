import { effectsOf, type InstructionName, type Operands } from '@treadle/kernels'
import type { Reference, Storage } from './storage.ts'

/** An instruction whose addresses are not settled yet. */
export interface Operation<Name extends InstructionName = InstructionName> {
  readonly name: Name
  readonly operands: Operands<Name, Reference | number>
  /** The layer it belongs to, or what it is part of: 'loss', 'update', 'input'. */
  readonly layer: string
}

interface Trace {
  /** Phase of the last write, and whether shards wrote only what is their own. */
  written: number
  writtenOwn: boolean
  /** Last phases in which it was read, by shards reading their own and by others. */
  readOwn: number
  readAll: number
}

/**
 * The storages that an operation touches, and how. `own`: a shard touches only the part that belongs to its own
 * samples.
 */
export function touched(operation: Operation): { storage: Storage; writes: boolean; own: boolean }[] {
  const operands = operation.operands as unknown as Record<string, Reference | number>
  return effectsOf(operation.name, operands).flatMap(([operand, effect]) => {
    const reference = operands[operand]
    if (typeof reference !== 'object') return []
    const writes = effect.startsWith('writes')
    const own = effect.endsWith('own')
    return leaves(reference.storage).map((storage) => ({ storage, writes, own }))
  })
}

function leaves(storage: Storage): Storage[] {
  return storage.parts.length === 0 ? [storage] : storage.parts.flatMap(leaves)
}

/**
 * Puts each operation into the earliest phase that what it touches allows. Two operations may share a phase if they
 * touch different things, or if each shard's part of the later one needs only the same shard's part of the earlier.
 * Within a phase the order of emission stays.
 */
export function schedule(operations: readonly Operation[]): Operation[][] {
  const traces = new Map<Storage, Trace>()
  const phases: Operation[][] = []
  for (const operation of operations) {
    const uses = touched(operation)
    let phase = 0
    for (const { storage, writes, own } of uses) {
      const trace = traces.get(storage)
      if (!trace) continue
      phase = Math.max(phase, trace.written + (own && trace.writtenOwn ? 0 : 1))
      if (writes) phase = Math.max(phase, trace.readAll + 1, trace.readOwn + (own ? 0 : 1))
    }
    for (const { storage, writes, own } of uses) {
      const trace = traces.get(storage) ?? { written: -1, writtenOwn: true, readOwn: -1, readAll: -1 }
      if (writes) {
        if (phase > trace.written) Object.assign(trace, { written: phase, writtenOwn: own })
        else trace.writtenOwn &&= own
      } else if (own) trace.readOwn = Math.max(trace.readOwn, phase)
      else trace.readAll = Math.max(trace.readAll, phase)
      traces.set(storage, trace)
    }
    ;(phases[phase] ??= []).push(operation)
  }
  return Array.from(phases, (phase) => phase ?? [])
}
