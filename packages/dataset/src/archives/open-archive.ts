import { TreadleError } from '@treadle/core'
import { abortable, collect, peek } from '../bytes.ts'
import type { DataFile, RandomAccess } from '../data-file.ts'
import { unpack } from '../gzip.ts'
import { isHidden } from '../hidden-files.ts'
import { ArchiveLimits, MAX_ARCHIVE_BYTES, badArchive } from './entry.ts'
import { otherArchive } from './other-archives.ts'

/**
 * The files of a zip, tar or tar.gz archive, sorted by path. Nothing is written to disk. A single folder that holds everything
 * is left out of the paths.
 *
 * @returns undefined if the file is no archive by its content
 * @throws TreadleError `DATASET_BAD_ARCHIVE` for an archive that is damaged, encrypted, too large, of another format, or has paths that leave it,
 *   `DATASET_BAD_GZIP`; the signal's reason on abort
 */
export async function openArchive(
  file: DataFile,
  signal: AbortSignal | undefined,
): Promise<DataFile[] | undefined> {
  const { packed, bytes } = await unpack(abortable(file.stream(), file.name, signal), file.name)
  const { head, all } = await peek(bytes, 512)
  const kind = isZip(head) ? 'zip' : isTar(head) ? 'tar' : undefined
  if (kind === undefined) {
    await all.return?.()
    const other = otherArchive(head)
    if (other !== undefined) throw unsupported(file.name, other)
    return undefined
  }
  const files = await filesOf(kind, { file, packed, all })
  return withoutTopFolder(files).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

function unsupported(name: string, format: string): TreadleError {
  return new TreadleError(
    'DATASET_BAD_ARCHIVE',
    `Reading ${name}: its format is ${format}, and only zip, tar and tar.gz archives can be read. Unpack it and give the folder, or pack it as one of these.`,
  )
}

interface Opened {
  readonly file: DataFile
  /** By gzip. */
  readonly packed: boolean
  readonly all: AsyncIterableIterator<Uint8Array, void, void>
}

/** Unpacked bytes for each byte of gzip, beyond `SMALL`: image files hardly compress. */
const MOST_EXPANSION = 50
const SMALL = 2 ** 24

/** What is on a disk is read when it is needed; what is not, or is packed as a whole, is held in memory. */
async function filesOf(kind: 'zip' | 'tar', opened: Opened): Promise<DataFile[]> {
  const access = opened.packed ? undefined : opened.file.open?.()
  try {
    return await listed(kind, opened, access)
  } catch (error) {
    access?.close()
    throw error
  }
}

async function listed(
  kind: 'zip' | 'tar',
  { file, packed, all }: Opened,
  access: RandomAccess | undefined,
): Promise<DataFile[]> {
  const size = (await file.size()) ?? MAX_ARCHIVE_BYTES
  const most = packed ? Math.min(MAX_ARCHIVE_BYTES, SMALL + MOST_EXPANSION * size) : MAX_ARCHIVE_BYTES
  const limits = new ArchiveLimits(file.name, access ? Number.POSITIVE_INFINITY : most)
  if (kind === 'tar') {
    const chunks = access ? all : bounded(all, file.name)
    return (await import('./tar.ts')).tarFiles(chunks, file.name, limits, access)
  }
  const { zipFiles } = await import('./zip.ts')
  if (access === undefined) return zipFiles(await collect(bounded(all, file.name)), file.name, limits)
  await all.return?.()
  return zipFiles({ access, size }, file.name, limits)
}

const startsWith = (head: Uint8Array, text: string, at = 0) =>
  Array.from(text).every((letter, i) => head[at + i] === letter.charCodeAt(0))

const isZip = (head: Uint8Array) => startsWith(head, 'PK\x03\x04') || startsWith(head, 'PK\x05\x06')

const isTar = (head: Uint8Array) => startsWith(head, 'ustar', 257)

async function* bounded(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, void> {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > MAX_ARCHIVE_BYTES) throw badArchive(name, `it has more than ${MAX_ARCHIVE_BYTES} bytes`)
    yield chunk
  }
}

/** Archives often hold one folder with everything in it: `photos/cats/1.jpg`. Folders of classes and splits stay. */
function withoutTopFolder(files: readonly DataFile[]): DataFile[] {
  const visible = files.filter(({ path }) => !isHidden(path))
  const [top] = visible[0]?.path.split('/') ?? []
  const shared =
    top !== undefined &&
    !/^(train|training|test|testing|val|valid|validation)$/i.test(top) &&
    visible.every(({ path }) => path.startsWith(`${top}/`)) &&
    visible.some(({ path }) => path.split('/').length > 2)
  return files.map((file) =>
    shared && file.path.startsWith(`${top}/`) ? { ...file, path: file.path.slice(top.length + 1) } : file,
  )
}
