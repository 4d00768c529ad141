import { TreadleError } from '@treadle/core'
import { platform } from '#platform'
import { abortable, concat } from '../bytes.ts'
import { type DataFile, baseName } from '../data-file.ts'
import { unpack } from '../gzip.ts'
import { checkDigest } from '../idx/read.ts'
import type { LoadOptions } from '../options.ts'
import { californiaHousingInfo } from './info.ts'

/** The table has 2,092,122 bytes; the archive also holds a description. */
const MAX_BYTES = 8 << 20

/**
 * Reads the table from `cal_housing.data`, that file gzipped, or the archive `cal_housing.tgz`, and checks it.
 * @throws TreadleError `DATASET_BAD_GZIP`, `DATASET_BAD_ARCHIVE`, `DATASET_TOO_LARGE`, `DATASET_CHECKSUM`
 */
export async function readTable(file: DataFile, { signal, onProgress }: LoadOptions): Promise<string> {
  const { packed, bytes } = await unpack(abortable(file.stream(), file.name, signal), file.name)
  const label = baseName(file.path)
  const chunks: Uint8Array[] = []
  let loaded = 0
  for await (const chunk of bytes) {
    loaded += chunk.length
    if (loaded > MAX_BYTES) {
      throw new TreadleError(
        'DATASET_TOO_LARGE',
        `Reading ${file.name}: it unpacks to more than ${MAX_BYTES} bytes, but the table has 2,092,122. It is another file: pass cal_housing.tgz or cal_housing.data.`,
      )
    }
    chunks.push(new Uint8Array(chunk))
    onProgress?.({ phase: packed ? 'unpack' : 'read', file: label, loaded, total: undefined })
  }
  const whole = concat(chunks)
  const table = isTar(whole) ? await fromArchive(whole, file.name) : whole
  const hasher = platform.sha256()
  hasher.update(table)
  checkDigest(file.name, hasher.digest(), californiaHousingInfo.sha256)
  onProgress?.({ phase: 'verify', file: label, loaded: table.length, total: table.length })
  return new TextDecoder().decode(table)
}

/** The first header of a tar archive contains "ustar". */
function isTar(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(257, 262)) === 'ustar'
}

async function fromArchive(archive: Uint8Array, name: string): Promise<Uint8Array> {
  const { unpackTar } = await import('modern-tar')
  const wanted = californiaHousingInfo.file
  const entries = await unpackTar(archive, {
    filter: (header) => baseName(header.name) === wanted,
    strict: true,
  }).catch((cause: unknown) => {
    throw new TreadleError(
      'DATASET_BAD_ARCHIVE',
      `Unpacking ${name}: the tar archive is damaged (${cause instanceof Error ? cause.message : String(cause)}). Download it again.`,
      { cause },
    )
  })
  const table = entries.find(({ data }) => data)?.data
  if (!table)
    throw new TreadleError(
      'DATASET_BAD_ARCHIVE',
      `Unpacking ${name}: the archive does not hold ${wanted}. Download cal_housing.tgz again.`,
    )
  return table
}
