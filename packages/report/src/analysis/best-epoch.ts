import type { History } from '@treadle/core'
import { fixed } from '../words.ts'
import { historyDigits } from './baseline.ts'

/** The first epoch with the lowest validation loss, counted from 1; undefined without a validation. */
export function bestEpoch({ val_loss: losses = [] }: History): { epoch: number; loss: number } | undefined {
  const loss = Math.min(...losses.filter(Number.isFinite))
  return losses.includes(loss) ? { epoch: losses.indexOf(loss) + 1, loss } : undefined
}

/** "3 of 10 (validation loss 0.3211)", and whether validation has got worse since. */
export function bestEpochText(history: History): string | undefined {
  const best = bestEpoch(history)
  if (best === undefined) return undefined
  const epochs = history.loss.length
  const last = fixed(history.val_loss?.at(-1), historyDigits)
  const text = `${best.epoch} of ${epochs} (validation loss ${fixed(best.loss, historyDigits)})`
  return best.epoch === epochs
    ? text
    : `${text}. Validation has got worse since, to ${last} in epoch ${epochs}; \`--weights best\` uses the weights of epoch ${best.epoch}`
}
