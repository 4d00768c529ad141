import type { ColumnMetaData, FileMetaData } from 'hyparquet'
import type { Place } from '../archives/file-part.ts'

/** Rows that a file may claim to have, whatever its size, and for each of its bytes: an image file is not so small. */
const MAX_ROWS = 10_000_000
const FEW_ROWS = 100_000
const ROWS_OF_A_BYTE = 1 / 16

/** Bytes before all columns: `PAR1`. */
const HEAD = 4

/**
 * Checks what a file claims of its rows and of the places of its columns before any of them is read.
 *
 * @param metadata of the columns that are read
 * @param byteLength of the file
 * @throws Error with the reason
 */
export function checkClaims({ row_groups: groups, num_rows: rows }: FileMetaData, byteLength: number): void {
  const mostRows = Math.min(MAX_ROWS, FEW_ROWS + Math.floor(ROWS_OF_A_BYTE * byteLength))
  if (rows < 0n || rows > mostRows)
    throw new Error(`it claims ${rows} rows; at most ${mostRows} are read from ${byteLength} bytes`)
  const claimed = groups.reduce((sum, group) => sum + group.num_rows, 0n)
  if (claimed !== rows || groups.some((group) => group.num_rows < 0n))
    throw new Error(`it claims ${rows} rows, but its groups ${claimed}`)
  let bytes = 0
  for (const group of groups)
    for (const { meta_data: column } of group.columns) {
      if (column === undefined) throw new Error('a column has no description')
      const { start, length } = placeOf(column)
      if (!(start >= HEAD && length > 0 && start + length <= byteLength))
        throw new Error('a column lies outside of the file')
      bytes += length
      // Each is read: many that have the same place would be many times the file.
      if (bytes > byteLength) throw new Error('its columns overlap')
    }
}

/** Where the pages of a column are in the file. */
export function placeOf(column: ColumnMetaData): Place {
  return {
    start: Number(column.dictionary_page_offset || column.data_page_offset),
    length: Number(column.total_compressed_size),
  }
}
