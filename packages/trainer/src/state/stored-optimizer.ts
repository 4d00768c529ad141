import { resolveOptimizer, scheduleSchema, type OptimizerOption } from '@treadle/optim'
import type { RunSettings } from './state.ts'

/**
 * The optimizer of stored settings as JSON in the current format. Missing fields get their defaults. Earlier versions
 * stored the schedule in a separate setting that multiplied the learning rate.
 */
export function storedOptimizer(settings: RunSettings): string | undefined {
  const { optimizer, schedule } = settings
  if (optimizer === undefined) return undefined
  try {
    const data = JSON.parse(optimizer) as { learningRate: unknown }
    const rate = schedule === undefined ? data.learningRate : scaled(schedule, data.learningRate)
    return JSON.stringify(resolveOptimizer({ ...data, learningRate: rate } as OptimizerOption, 'resume'))
  } catch {
    return optimizer
  }
}

function scaled(json: string, peak: unknown): unknown {
  const { name, ...rest } = JSON.parse(json) as { name: string }
  return name === 'constant' ? peak : scheduleSchema.parse({ schedule: name, peak, ...rest })
}
