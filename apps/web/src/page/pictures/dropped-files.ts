import type { PictureFile } from '../../engine/protocol.ts'

/** Files of chosen or dropped folders: more are hardly meant. */
const MOST_FILES = 200_000

/** The files of what was dropped: of one folder its content, of several the folders themselves, as classes. */
export async function droppedFiles(entries: readonly FileSystemEntry[]): Promise<PictureFile[]> {
  const [only] = entries
  const found: PictureFile[] = []
  if (entries.length === 1 && only?.isDirectory) {
    for (const child of await childrenOf(only as FileSystemDirectoryEntry)) await collect(child, '', found)
  } else for (const entry of entries) await collect(entry, '', found)
  return found
}

async function collect(entry: FileSystemEntry, folder: string, found: PictureFile[]): Promise<void> {
  if (found.length >= MOST_FILES) return
  if (entry.isDirectory) {
    for (const child of await childrenOf(entry as FileSystemDirectoryEntry))
      await collect(child, `${folder}${entry.name}/`, found)
    return
  }
  const file = await new Promise<File>((resolve, reject) =>
    (entry as FileSystemFileEntry).file(resolve, reject),
  )
  found.push({ path: `${folder}${entry.name}`, file })
}

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const children: FileSystemEntry[] = []
  for (;;) {
    // A reader gives a hundred entries at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) return children
    children.push(...some)
  }
}
