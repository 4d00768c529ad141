import { abortable, collect, peek } from '../bytes.ts'
import type { DataFile } from '../data-file.ts'
import { unpack } from '../gzip.ts'
import { isHidden } from '../hidden-files.ts'
import { MAX_ARCHIVE_BYTES, badArchive } from './entry.ts'

/**
 * The files of a zip, tar or tar.gz archive, sorted by path. Nothing is written to disk. A single folder that holds everything
 * is left out of the paths.
 *
 * @returns undefined if the file is no archive by its content
 * @throws TreadleError `DATASET_BAD_ARCHIVE` for an archive that is damaged, encrypted, too large or has paths that leave it,
 *   `DATASET_BAD_GZIP`; the signal's reason on abort
 */
export async function openArchive(
  file: DataFile,
  signal: AbortSignal | undefined,
): Promise<DataFile[] | undefined> {
  const { bytes } = await unpack(abortable(file.stream(), file.name, signal), file.name)
  const { head, all } = await peek(bytes, 512)
  const kind = isZip(head) ? 'zip' : isTar(head) ? 'tar' : undefined
  if (kind === undefined) {
    await all.return?.()
    return undefined
  }
  const whole = await collect(bounded(all, file.name))
  const files =
    kind === 'zip'
      ? await (await import('./zip.ts')).zipFiles(whole, file.name)
      : await (await import('./tar.ts')).tarFiles(whole, file.name)
  return withoutTopFolder(files).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
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
