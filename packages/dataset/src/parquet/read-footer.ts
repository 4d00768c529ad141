import { type FileMetaData, parquetMetadata } from 'hyparquet'
import { checkThrift } from './check-thrift.ts'
import type { Ranges } from './ranges.ts'

/** Bytes behind the description: its length, and `PAR1`. */
const TAIL = 8
/** Bytes before all columns: `PAR1`. */
const HEAD = 4

/**
 * The description at the end of a file. It is checked first: hyparquet reads lists as long as they claim to be.
 * @throws Error with the reason
 */
export async function readFooter(file: Ranges): Promise<FileMetaData> {
  const end = file.byteLength - TAIL
  const tail = end < HEAD ? undefined : await file.read(end, TAIL)
  const length = tail ? new DataView(tail.buffer).getUint32(0, true) : 0
  if (length === 0 || length > end - HEAD) throw new Error('its end is missing')
  const footer = await file.read(end - length, length + TAIL)
  checkThrift(new DataView(footer.buffer, 0, length), 0)
  return parquetMetadata(footer, { geoparquet: false })
}
