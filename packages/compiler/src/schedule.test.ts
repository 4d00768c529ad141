import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { planArena } from './arena.ts'
import { schedule, touched, type Operation } from './schedule.ts'
import { Storage } from './storage.ts'

/** Operations over a few storages: row by row (`add`), sums that all read (`normalize`), and updates of all (`sgd`). */
const operation = fc.record({
  kind: fc.constantFrom('add', 'normalize', 'sgd'),
  a: fc.nat(7),
  b: fc.nat(7),
  c: fc.nat(7),
})

function build(picks: readonly { kind: string; a: number; b: number; c: number }[]) {
  const layouts = [undefined, 'small', 'small', 'small', 'large', 'large']
  const storages = Array.from({ length: 8 }, (_, i) => {
    const layout = layouts[i]
    const bytes = layout === undefined ? 64 * (1 + ((i * 5) % 7)) : 64 * layout.length
    return Object.assign(new Storage(`s${i}`, bytes, i === 0), { layout })
  })
  const at = (i: number) => (storages[i] as Storage).at()
  const operations = picks.map(({ kind, a, b, c }): Operation => {
    const operands =
      kind === 'add'
        ? { a: at(a), b: at(b), y: at(c) }
        : kind === 'normalize'
          ? { x: at(a), partials: at(b), y: at(c) }
          : { weights: at(c), gradients: at(a) }
    return { name: kind, operands, layer: '' } as unknown as Operation
  })
  return { storages, operations }
}

describe('schedule', () => {
  test.prop([fc.array(operation, { maxLength: 25 })])(
    'keeps all operations, and every two that meet in the order and as far apart as they need',
    (picks) => {
      const { operations } = build(picks)
      const phases = schedule(operations)
      expect(phases.flat()).toHaveLength(operations.length)
      const phaseOf = new Map(phases.flatMap((list, phase) => list.map((one) => [one, phase] as const)))
      operations.forEach((later, i) => {
        for (const earlier of operations.slice(0, i)) {
          for (const first of touched(earlier)) {
            for (const second of touched(later)) {
              if (first.storage !== second.storage || !(first.writes || second.writes)) continue
              const apart = first.own && second.own ? 0 : 1
              expect(
                (phaseOf.get(later) as number) - (phaseOf.get(earlier) as number),
              ).toBeGreaterThanOrEqual(apart)
            }
          }
        }
      })
      for (const list of phases) {
        const positions = list.map((one) => operations.indexOf(one))
        expect(positions).toEqual(positions.toSorted((x, y) => x - y))
      }
    },
  )
})

describe('arena', () => {
  test.prop([fc.array(operation, { minLength: 1, maxLength: 25 })])(
    'storages that live at the same time lie apart, persistent ones from all, and those of a layout from all others',
    (picks) => {
      const { storages, operations } = build(picks)
      const phases = schedule(operations)
      const plan = planArena(phases, [storages[0] as Storage])
      const lives = new Map<Storage, number[]>()
      phases.forEach((list, phase) => {
        for (const one of list)
          for (const { storage } of touched(one)) lives.set(storage, [...(lives.get(storage) ?? []), phase])
      })
      for (const a of plan.storages) {
        expect(a.address % 64).toBe(0)
        expect(a.address + a.bytes).toBeLessThanOrEqual(plan.bytes)
        for (const b of plan.storages) {
          const apart = a.address + a.bytes <= b.address || b.address + b.bytes <= a.address
          if (a === b || apart) continue
          expect(a.persistent || b.persistent).toBe(false)
          expect(a.layout).toBe(b.layout)
          if (a.layout !== undefined) expect(a.address).toBe(b.address)
          const [la, lb] = [lives.get(a) ?? [], lives.get(b) ?? []]
          expect(Math.max(...la) < Math.min(...lb) || Math.max(...lb) < Math.min(...la)).toBe(true)
        }
      }
      expect(plan.bytes).toBeLessThanOrEqual(plan.unshared)
    },
  )
})
