import type { PictureFile } from '../engine/protocol.ts'
import { byId } from './dom.ts'

/** The uses of files from outside. */
export interface DropTargets {
  image(file: File): void
  model(files: readonly File[]): void
  data(files: readonly File[]): void
  /** Pictures by class: folders, an archive or Parquet files. */
  pictures(files: readonly PictureFile[]): void
}

const isFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true

/** Accepts files that are dropped anywhere on the page, and images that are pasted. */
export function acceptFiles(targets: DropTargets): void {
  const shade = byId('drop')
  let depth = 0
  addEventListener('dragenter', (event) => {
    if (!isFiles(event)) return
    depth++
    shade.hidden = false
  })
  addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1)
    shade.hidden = depth === 0
  })
  addEventListener('dragover', (event) => {
    if (isFiles(event)) event.preventDefault()
  })
  addEventListener('drop', (event) => {
    depth = 0
    shade.hidden = true
    const files = [...(event.dataTransfer?.files ?? [])]
    // Entries exist only during the event.
    const entries = [...(event.dataTransfer?.items ?? [])]
      .map((item) => item.webkitGetAsEntry?.() ?? null)
      .filter((entry) => entry !== null)
    if (files.length === 0 && entries.length === 0) return
    event.preventDefault()
    if (entries.some(({ isDirectory }) => isDirectory)) void sortFolders(entries, targets)
    else sortFiles(files, targets)
  })
  addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length > 0) sortFiles(files, targets)
  })
}

async function sortFolders(entries: readonly FileSystemEntry[], targets: DropTargets): Promise<void> {
  const { droppedFiles } = await import('./pictures/dropped-files.ts')
  targets.pictures(await droppedFiles(entries))
}

/** Passes files on by their kind: IDX files are data, JSON and BIN files a model, an archive and Parquet files pictures, others an image. */
export function sortFiles(files: readonly File[], targets: DropTargets): void {
  const [first] = files
  if (!first) return
  if (files.some(({ name }) => /idx\d.ubyte(\.gz)?$/i.test(name))) targets.data(files)
  else if (files.some(({ name }) => /\.(json|bin)$/i.test(name))) targets.model(files)
  else if (files.some(({ name }) => /\.parquet$/i.test(name)))
    targets.pictures(files.map((file) => ({ path: file.name, file })))
  else if (/\.(zip|tar|tar\.gz|tgz)$/i.test(first.name)) targets.pictures([{ path: first.name, file: first }])
  else targets.image(first)
}
