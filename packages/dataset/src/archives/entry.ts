import { TreadleError } from '@treadle/core'

/** Bytes that the files of an archive may have together, unpacked. */
export const MAX_ARCHIVE_BYTES = 2 ** 31

/** Files that an archive may have. */
const MAX_ARCHIVE_FILES = 1_000_000

export function badArchive(name: string, reason: string, cause?: unknown): TreadleError {
  return new TreadleError('DATASET_BAD_ARCHIVE', `Reading ${name}: ${reason}. Create the archive again.`, {
    cause,
  })
}

/**
 * The path of an entry with forward slashes and without `.` parts.
 * @throws TreadleError `DATASET_BAD_ARCHIVE` for a path that leaves the archive
 */
export function entryPath(archive: string, path: string): string {
  const parts = path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
  if (parts.includes('..') || path.startsWith('/') || /^[a-z]:/i.test(path))
    throw badArchive(archive, `the path ${JSON.stringify(path)} leaves the archive`)
  return parts.join('/')
}

/** Counts entries and their bytes against the limits. */
export class ArchiveLimits {
  readonly #archive: string
  readonly #together: number
  #files = 0
  #bytes = 0

  /** @param together bytes that the files may have together, unpacked; each may have `MAX_ARCHIVE_BYTES` at most */
  constructor(archive: string, together = MAX_ARCHIVE_BYTES) {
    this.#archive = archive
    this.#together = together
  }

  add(bytes: number): void {
    this.#files++
    this.#bytes += bytes
    if (this.#files > MAX_ARCHIVE_FILES)
      throw badArchive(this.#archive, `it has more than ${MAX_ARCHIVE_FILES} files`)
    if (bytes > MAX_ARCHIVE_BYTES)
      throw badArchive(this.#archive, `a file has more than ${MAX_ARCHIVE_BYTES} bytes, unpacked`)
    this.checkTogether(this.#bytes)
  }

  /** @param bytes of files, or of all that has been unpacked */
  checkTogether(bytes: number): void {
    if (bytes > this.#together)
      throw new TreadleError(
        'DATASET_BAD_ARCHIVE',
        `Reading ${this.#archive}: its files have more than ${this.#together} bytes, unpacked. Unpack it and give the folder.`,
      )
  }
}
