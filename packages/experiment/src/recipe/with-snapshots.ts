import { TreadleError } from '@treadle/core'
import { isGroup, valueAt, withValue } from './paths.ts'
import type { NameOf } from './problems.ts'
import type { Recipe } from './schema.ts'

/** A recipe whose learning rate has as many cycles as there are snapshots, unless it has a schedule already. */
export function withSnapshots(input: unknown): unknown {
  const cycles = valueAt(input, 'training.snapshots')
  if (!Number.isInteger(cycles) || (cycles as number) < 1) return input
  const optimizer = valueAt(input, 'optimizer')
  const rate = isGroup(optimizer) ? optimizer['learningRate'] : undefined
  if (rate !== undefined && typeof rate !== 'number') return input
  const schedule = withValue(input, 'optimizer.learningRate.schedule', 'cosineCycles')
  const cyclic = withValue(schedule, 'optimizer.learningRate.cycles', cycles)
  return rate === undefined ? cyclic : withValue(cyclic, 'optimizer.learningRate.peak', rate)
}

/** @throws TreadleError `EXPERIMENT_BAD_RECIPE` unless snapshots, epochs and learning rate fit together */
export function checkSnapshots({ training, optimizer }: Recipe, nameOf: NameOf): void {
  const { snapshots, epochs } = training
  if (snapshots === 0) return
  const name = `\`${nameOf('training.snapshots')}\` (=${snapshots})`
  const bad = (problem: string) => new TreadleError('EXPERIMENT_BAD_RECIPE', `${name} ${problem}`)
  const { learningRate: rate } = optimizer
  if (typeof rate === 'number' || rate.schedule !== 'cosineCycles' || rate.cycles !== snapshots)
    throw bad(
      `is for a learning rate of ${snapshots} cycles. Leave \`${nameOf('optimizer.learningRate.schedule')}\` out, or make it cosineCycles with ${snapshots} cycles.`,
    )
  if (rate.epochs !== undefined && rate.epochs !== epochs)
    throw bad(`needs cycles over all ${epochs} epochs. Leave the epochs of the schedule out.`)
  if (epochs % snapshots !== 0)
    throw bad(
      `must divide \`${nameOf('training.epochs')}\` (=${epochs}), so that each cycle ends with an epoch. Take ${Math.ceil(epochs / snapshots) * snapshots} epochs, or another number of snapshots.`,
    )
  if (optimizer.useEma)
    throw bad(
      `cannot be combined with \`${nameOf('optimizer.useEma')}\`: an average over steps mixes the cycles. Leave one of them out.`,
    )
}
