import { paeth } from './unfilter.ts'

const FILTERS = 5

/**
 * Filters a row by the filter whose differences have the least sum of absolute values, as the PNG specification
 * suggests.
 *
 * @param above the row above, zeros for the first
 * @param step bytes from a pixel to the next
 * @param result is filled with the filter's number and the filtered row
 */
export function filterRow(row: Uint8Array, above: Uint8Array, step: number, result: Uint8Array): void {
  let least = Number.POSITIVE_INFINITY
  const filtered = new Uint8Array(result.length)
  for (let filter = 0; filter < FILTERS; filter++) {
    filtered[0] = filter
    subtractPrediction(filter, row, above, step, filtered.subarray(1))
    let sum = 0
    for (let i = 1; i < filtered.length; i++) {
      const difference = filtered[i] as number
      sum += difference < 128 ? difference : 256 - difference
    }
    if (sum >= least) continue
    least = sum
    result.set(filtered)
  }
}

/** The filters are those of `unfilter`. A loop each, as a call for each byte takes several times as long. */
function subtractPrediction(
  filter: number,
  row: Uint8Array,
  above: Uint8Array,
  step: number,
  result: Uint8Array,
): void {
  switch (filter) {
    case 0:
      result.set(row)
      return
    case 1:
      result.set(row.subarray(0, step))
      for (let i = step; i < row.length; i++) result[i] = (row[i] as number) - (row[i - step] as number)
      return
    case 2:
      for (let i = 0; i < row.length; i++) result[i] = (row[i] as number) - (above[i] as number)
      return
    case 3:
      for (let i = 0; i < row.length; i++) {
        const left = i < step ? 0 : (row[i - step] as number)
        result[i] = (row[i] as number) - ((left + (above[i] as number)) >> 1)
      }
      return
    case 4:
      for (let i = 0; i < row.length; i++) {
        const left = i < step ? 0 : (row[i - step] as number)
        const corner = i < step ? 0 : (above[i - step] as number)
        result[i] = (row[i] as number) - paeth(left, above[i] as number, corner)
      }
  }
}
