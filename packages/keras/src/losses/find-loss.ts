import { losses, type LossName } from './losses.ts'

/** Every spelling: without case and underscores, 'mean_squared_error' and 'MeanSquaredError' are the same. */
const spellings: ReadonlyMap<string, LossName> = new Map(
  Object.entries(losses).flatMap(([name, { aliases }]) =>
    [name, ...aliases].map((spelling) => [bare(spelling), name as LossName]),
  ),
)

function bare(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}

/**
 * Finds a loss by a name that Keras or tfjs accepts: 'meanSquaredError', 'mean_squared_error', 'MeanSquaredError',
 * 'mse'. Returns undefined for any other name.
 */
export function findLoss(name: string): LossName | undefined {
  return spellings.get(bare(name))
}
