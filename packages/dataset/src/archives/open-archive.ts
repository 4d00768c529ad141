import { TreadleError } from '@treadle/core'
import { abortable, collect, peek } from '../bytes.ts'
import type { DataFile, RandomAccess } from '../data-file.ts'
import { unpack } from '../gzip.ts'
import { isHidden } from '../hidden-files.ts'
import type { HoldingOptions, TemporaryFile } from '../temporary-file.ts'
import { ArchiveLimits, MAX_ARCHIVE_BYTES } from './entry.ts'
import { otherArchive } from './other-archives.ts'
import type { ZipSource } from './zip.ts'

/**
 * The files of a zip, tar or tar.gz archive, sorted by path. A single folder that holds everything is left out of the paths.
 * Zip and tar archives on a disk are read where they are. The unpacked bytes of others are in memory, or with `memory` in one
 * temporary file; entries are never written under their own paths.
 *
 * @returns undefined if the file is no archive by its content
 * @throws TreadleError `DATASET_BAD_ARCHIVE` for an archive that is damaged, encrypted, too large, of another format, or has paths that leave it,
 *   `DATASET_BAD_GZIP`, `DATASET_CACHE`; the signal's reason on abort
 */
export async function openArchive(file: DataFile, options: HoldingOptions): Promise<DataFile[] | undefined> {
  const { packed, bytes } = await unpack(abortable(file.stream(), file.name, options.signal), file.name)
  const { head, all } = await peek(bytes, 512)
  const kind = isZip(head) ? 'zip' : isTar(head) ? 'tar' : undefined
  if (kind === undefined) {
    await all.return?.()
    const other = otherArchive(head)
    if (other !== undefined) throw unsupported(file.name, other)
    return undefined
  }
  const files = await filesOf(kind, { file, packed, all }, options)
  return withoutTopFolder(files).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

function unsupported(name: string, format: string): TreadleError {
  return new TreadleError(
    'DATASET_BAD_ARCHIVE',
    `Reading ${name}: its format is ${format}, and only zip, tar and tar.gz archives can be read. Unpack it and give the folder, or pack it as one of these.`,
  )
}

type Kind = 'zip' | 'tar'

interface Opened {
  readonly file: DataFile
  /** By gzip. */
  readonly packed: boolean
  readonly all: AsyncIterableIterator<Uint8Array, void, void>
}

/** Unpacked bytes for each byte of gzip, beyond `SMALL`: image files hardly compress. */
const MOST_EXPANSION = 50
const SMALL = 2 ** 24

async function filesOf(kind: Kind, opened: Opened, options: HoldingOptions): Promise<DataFile[]> {
  const { file, packed } = opened
  const access = packed ? undefined : file.open?.()
  try {
    if (access) return await onDisk(kind, opened, access)
    const size = (await file.size()) ?? MAX_ARCHIVE_BYTES
    const most = packed ? Math.min(MAX_ARCHIVE_BYTES, SMALL + MOST_EXPANSION * size) : MAX_ARCHIVE_BYTES
    if (options.memory === undefined) return await inMemory(kind, opened, most)
    // Loaded on first use: a page has no disk.
    const { inTemporaryFile } = await import('../temporary-file.ts')
    return await inTemporaryFile(file.name, options, (written) => inFile(kind, opened, most, written))
  } catch (error) {
    access?.close()
    options.signal?.throwIfAborted()
    throw error
  }
}

async function onDisk(kind: Kind, { file, all }: Opened, access: RandomAccess): Promise<DataFile[]> {
  const limits = new ArchiveLimits(file.name, Number.POSITIVE_INFINITY)
  if (kind === 'tar') return readTar(all, file.name, limits, access)
  await all.return?.()
  return readZip({ access, size: (await file.size()) ?? 0 }, file.name, limits)
}

async function inMemory(kind: Kind, { file, all }: Opened, most: number): Promise<DataFile[]> {
  const limits = new ArchiveLimits(file.name, most)
  const chunks = bounded(all, limits)
  if (kind === 'tar') return readTar(chunks, file.name, limits)
  return readZip(await collect(chunks), file.name, limits)
}

async function inFile(
  kind: Kind,
  { file, all }: Opened,
  most: number,
  written: TemporaryFile,
): Promise<DataFile[]> {
  const { access } = written
  const limits = new ArchiveLimits(file.name, most)
  const chunks = writtenTo(written, bounded(all, limits))
  if (kind === 'tar') return readTar(chunks, file.name, limits, access)
  for await (const chunk of chunks) void chunk
  return readZip({ access, size: written.size }, file.name, limits)
}

const startsWith = (head: Uint8Array, text: string, at = 0) =>
  Array.from(text).every((letter, i) => head[at + i] === letter.charCodeAt(0))

const isZip = (head: Uint8Array) => startsWith(head, 'PK\x03\x04') || startsWith(head, 'PK\x05\x06')

const isTar = (head: Uint8Array) => startsWith(head, 'ustar', 257)

async function readTar(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  limits: ArchiveLimits,
  access?: RandomAccess,
): Promise<DataFile[]> {
  const { tarFiles } = await import('./tar.ts')
  return tarFiles(chunks, name, limits, access)
}

async function readZip(source: ZipSource, name: string, limits: ArchiveLimits): Promise<DataFile[]> {
  const { zipFiles } = await import('./zip.ts')
  return zipFiles(source, name, limits)
}

async function* bounded(
  chunks: AsyncIterable<Uint8Array>,
  limits: ArchiveLimits,
): AsyncGenerator<Uint8Array, void, void> {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    limits.checkTogether(size)
    yield chunk
  }
}

/** Gives chunks that are written already. */
async function* writtenTo(
  file: TemporaryFile,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) {
    await file.append(chunk)
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
