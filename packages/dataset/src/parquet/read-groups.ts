import { type Compressors, type FileMetaData, type RowGroup, parquetReadObjects } from 'hyparquet'
import { MAX_ARCHIVE_BYTES } from '../archives/entry.ts'
import { checkClaims, placeOf } from './check-claims.ts'
import { checkPages } from './check-pages.ts'
import type { Leaf } from './chosen-columns.ts'
import type { Ranges } from './ranges.ts'

/** Unpacked bytes for each byte of the file: image files hardly compress. */
const MOST_EXPANSION = 100
const SMALL = 2 ** 24

/** Columns are given to hyparquet in places so far apart that it reads each by itself. */
const APART = 2 ** 40

interface ReadGroup {
  readonly rows: readonly Record<string, unknown>[]
  /** That it takes in memory: its columns as they are in the file, and unpacked. */
  readonly bytes: number
}

/**
 * The rows of a file, row group by row group, so that one of them is in memory. Its pages are checked first.
 *
 * @param metadata of the columns that are read
 * @param leaves these columns
 * @param codecs of the compressions of the file
 * @throws Error with the reason for a file that claims too much
 */
export async function* readGroups(
  file: Ranges,
  metadata: FileMetaData,
  leaves: readonly Leaf[],
  codecs: Compressors,
): AsyncGenerator<ReadGroup, void, void> {
  checkClaims(metadata, file.byteLength)
  let left = Math.min(MAX_ARCHIVE_BYTES, SMALL + MOST_EXPANSION * file.byteLength)
  for (const group of metadata.row_groups) {
    const chunks: Uint8Array<ArrayBuffer>[] = []
    let bytes = 0
    for (const [i, { meta_data: column }] of group.columns.entries()) {
      if (column === undefined) continue // `checkClaims` has seen it.
      const { start, length } = placeOf(column)
      const chunk = await file.read(start, length)
      const unpacked = checkPages(chunk, column, leaves[i] as Leaf, group.num_rows, { codecs, most: left })
      left -= unpacked
      bytes += length + (column.codec === 'UNCOMPRESSED' ? 0 : unpacked)
      chunks.push(chunk)
    }
    yield { rows: await rowsOf(group, chunks, metadata, codecs), bytes }
  }
}

/** The rows of a group whose columns have been read. */
function rowsOf(
  group: RowGroup,
  chunks: readonly Uint8Array<ArrayBuffer>[],
  metadata: FileMetaData,
  codecs: Compressors,
) {
  const columns = group.columns.map((column, i) => {
    if (column.meta_data === undefined) return column
    const { dictionary_page_offset: _, ...meta } = column.meta_data
    return { ...column, meta_data: { ...meta, data_page_offset: BigInt(i * APART) } }
  })
  return parquetReadObjects({
    file: {
      byteLength: chunks.length * APART,
      slice: (start) => (chunks[start / APART] as Uint8Array<ArrayBuffer>).buffer,
    },
    metadata: { ...metadata, row_groups: [{ ...group, columns }], num_rows: group.num_rows },
    compressors: codecs,
    utf8: false,
    geoparquet: false,
  })
}
