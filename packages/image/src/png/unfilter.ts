import { damaged } from '../errors.ts'

/**
 * Restores a row in place.
 *
 * @param filter 0 none, 1 left, 2 above, 3 mean of both, 4 Paeth's predictor
 * @param above the restored row above, zeros for the first; of the row's length
 * @param step bytes from a pixel to the next, at least 1
 * @throws DamagedImage
 */
export function unfilter(filter: number, row: Uint8Array, above: Uint8Array, step: number): void {
  const first = Math.min(step, row.length)
  switch (filter) {
    case 0:
      return
    case 1:
      for (let i = step; i < row.length; i++) row[i]! += row[i - step] as number
      return
    case 2:
      for (let i = 0; i < row.length; i++) row[i]! += above[i] as number
      return
    case 3:
      for (let i = 0; i < first; i++) row[i]! += (above[i] as number) >> 1
      for (let i = step; i < row.length; i++)
        row[i]! += ((row[i - step] as number) + (above[i] as number)) >> 1
      return
    case 4:
      // Without a left neighbour it predicts the one above.
      for (let i = 0; i < first; i++) row[i]! += above[i] as number
      for (let i = step; i < row.length; i++)
        row[i]! += paeth(row[i - step] as number, above[i] as number, above[i - step] as number)
      return
    default:
      throw damaged(`a row has the filter ${filter}, which PNG does not have`)
  }
}

/** The neighbour that is nearest to left + above − corner; ties go to the left, then to the one above. */
export function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner)
  const toAbove = Math.abs(left - corner)
  const toCorner = Math.abs(left + above - 2 * corner)
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}
