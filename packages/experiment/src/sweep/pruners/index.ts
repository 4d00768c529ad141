import * as z from 'zod/mini'
import type { PastTrial } from '../past-trial.ts'
import { asha } from './asha.ts'
import { hyperband } from './hyperband.ts'
import { median } from './median.ts'
import type { Pruner, Pruning } from './pruner.ts'

/** The pruners. A new one is one file and one entry here. */
const pruners = [median, asha, hyperband] as const

export type PrunerOptions = z.output<(typeof pruners)[number]['schema']>

const names = pruners.map(({ name }) => name) as [string, ...string[]]
const byName = (name: string) => pruners.find((pruner) => pruner.name === name)

/** A pruner by its name, or with its options. */
export const prunerSchema = z.union([
  z.pipe(
    z.enum(names),
    z.transform((name) => z.parse(byName(name)?.schema as z.ZodMiniType<PrunerOptions>, { name })),
  ),
  z.discriminatedUnion(
    'name',
    pruners.map(({ schema }) => schema) as unknown as [typeof median.schema, typeof asha.schema],
  ) as unknown as z.ZodMiniType<PrunerOptions>,
])

/** Whether the pruner of a sweep ends a trial after its last epoch. */
export function isPruned(trial: PastTrial, pruning: Pruning<PrunerOptions>): boolean {
  const pruner = byName(pruning.options.name) as Pruner<z.ZodMiniType<PrunerOptions>>
  return pruner.prune(trial, pruning)
}
