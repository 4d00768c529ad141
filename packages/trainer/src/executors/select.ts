import { TreadleError } from '@treadle/core'
import { compiled } from './compiled.ts'
import { eager } from './eager/eager.ts'
import type { ExecutorFactory, ExecutorName, Refusal, TrainingPlan } from './executor.ts'

export type ExecutorOption = 'auto' | ExecutorName

/** All executors, fastest first. 'auto' selects the first that supports the plan. */
const factories: readonly ExecutorFactory[] = [compiled, eager]

export interface Selection {
  readonly factory: ExecutorFactory
  /** The reasons why faster executors do not support the plan: "compiled: layer `lstm_1`: …". */
  readonly notes: readonly string[]
}

/**
 * Selects the executor for a plan.
 * @throws TreadleError `TRAINER_EXECUTOR_REFUSED` if the given executor, or for 'auto' every executor, does not support
 * the plan; `TRAINER_BAD_OPTION` for an unknown executor
 */
export function selectExecutor(plan: TrainingPlan, option: ExecutorOption, among = factories): Selection {
  const names = [...new Set<ExecutorOption>(['auto', 'compiled', ...among.map((factory) => factory.name)])]
  if (!names.includes(option)) {
    throw new TreadleError(
      'TRAINER_BAD_OPTION',
      `executor: '${option}' is unknown. Use one of ${names.join(', ')}.`,
    )
  }
  const notes: string[] = []
  for (const factory of among) {
    if (option !== 'auto' && factory.name !== option) continue
    const refusal = factory.refusal(plan)
    if (!refusal) return { factory, notes }
    notes.push(`${factory.name}: ${inWords(refusal)}`)
  }
  const why = notes.length > 0 ? notes.join('; ') : `this version has no executor '${option}'`
  const next: Record<ExecutorOption, string> = {
    auto: 'Change the model.',
    compiled: "Use executor 'auto', or 'eager'.",
    eager: "Use executor 'auto', or change the model.",
  }
  throw new TreadleError(
    'TRAINER_EXECUTOR_REFUSED',
    `executor '${option}' cannot train this model: ${why}. ${next[option]}`,
  )
}

function inWords({ layer, reason }: Refusal): string {
  return layer ? `layer \`${layer}\`: ${reason}` : reason
}
