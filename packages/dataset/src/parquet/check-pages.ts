import type { FileMetaData } from 'hyparquet'
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js'

/** Rows that a file may claim to have. */
const MAX_ROWS = 10_000_000

/** What the header of a page states, by the numbers of its Thrift fields. */
interface PageHeader {
  readonly field_2?: number
  readonly field_3?: number
  readonly field_5?: { readonly field_1?: number }
  readonly field_7?: { readonly field_1?: number }
  readonly field_8?: { readonly field_1?: number }
}

/**
 * Checks what a file claims of its pages before they are decoded: a page of a few bytes that claims a billion values or
 * gigabytes would make the decoder allocate for them.
 *
 * @param most bytes that all pages may have together, unpacked
 * @throws Error with the reason
 */
export function checkPages(
  bytes: Uint8Array,
  { row_groups: groups, num_rows: rows }: FileMetaData,
  most: number,
) {
  if (rows < 0n || rows > MAX_ROWS) throw new Error(`it claims ${rows} rows; at most ${MAX_ROWS} are read`)
  const claimed = groups.reduce((sum, group) => sum + group.num_rows, 0n)
  if (claimed !== rows) throw new Error(`it claims ${rows} rows, but its groups ${claimed}`)
  let unpacked = 0
  for (const group of groups) {
    for (const { meta_data: column } of group.columns) {
      if (column === undefined) throw new Error('a column has no description')
      const start = Number(column.dictionary_page_offset || column.data_page_offset)
      const end = start + Number(column.total_compressed_size)
      if (!(start >= 4 && end > start && end <= bytes.length))
        throw new Error('a column lies outside of the file')
      const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start)
      const reader = { view, offset: 0 }
      let values = 0
      while (reader.offset < view.byteLength && values < Number(column.num_values)) {
        const header = deserializeTCompactProtocol(reader) as PageHeader
        const { field_2: size = -1, field_3: packed = -1 } = header
        const count = (header.field_5 ?? header.field_8 ?? header.field_7)?.field_1 ?? 0
        unpacked += size
        if (!header.field_7) values += count
        if (
          size < 0 ||
          packed < 0 ||
          count < 0 ||
          count > MAX_ROWS ||
          reader.offset + packed > view.byteLength
        )
          throw new Error('a page lies outside of its column')
        if (unpacked > most) throw new Error(`its pages have more than ${most} bytes, unpacked`)
        reader.offset += packed
      }
      if (BigInt(values) !== column.num_values || column.num_values > group.num_rows)
        throw new Error(`a column has ${values} values for ${group.num_rows} rows`)
    }
  }
}
