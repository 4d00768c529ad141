/**
 * How strongly a cell of a confusion matrix is shaded, in [0, 1]: correct counts by their share of the row, mistakes
 * by the root of it, full at 35 %, so that rare mistakes show too.
 */
export function cellStrength(count: number, support: number, correct: boolean): number {
  if (count === 0 || support === 0) return 0
  const share = count / support
  return correct ? 0.12 + 0.88 * share : Math.min(1, 0.06 + 0.94 * Math.sqrt(share / 0.35))
}
