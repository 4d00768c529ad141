import type { PictureFile } from '../engine/protocol.ts'
import { byId } from './dom.ts'

/** The uses of files from outside. */
export interface DropTargets {
  image(file: File): void
  model(files: readonly File[]): void
  data(files: readonly File[]): void
  /** Pictures by class: folders, an archive or Parquet files. */
  pictures(files: readonly PictureFile[]): void
  /** Several images that belong to no class. */
  images(files: readonly File[]): void | Promise<void>
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
    if (!isFiles(event)) return
    event.preventDefault()
    // A class takes pictures itself.
    shade.hidden = (event.target as Element).closest('.class-card') !== null
  })
  addEventListener('drop', (event) => {
    depth = 0
    shade.hidden = true
    const { files, entries } = droppedBy(event)
    if (event.defaultPrevented) return
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

/** What a drop brings. Entries exist only during the event. */
export function droppedBy({ dataTransfer }: DragEvent) {
  const entries = [...(dataTransfer?.items ?? [])]
    .map((item) => item.webkitGetAsEntry?.() ?? null)
    .filter((entry) => entry !== null)
  return { files: [...(dataTransfer?.files ?? [])], entries }
}

async function sortFolders(entries: readonly FileSystemEntry[], targets: DropTargets): Promise<void> {
  const { droppedFiles } = await import('./pictures/dropped-files.ts')
  targets.pictures(await droppedFiles(entries))
}

const ARCHIVE = /\.(zip|tar|tgz|7z|rar|(tar\.)?(gz|xz|bz2|zst))$/i

/** What files are by their names: IDX files are data, JSON and BIN files a model, an archive and Parquet files pictures, others images. */
export function kindOfFiles(files: readonly File[]): 'data' | 'model' | 'pictures' | 'images' {
  const some = (pattern: RegExp) => files.some(({ name }) => pattern.test(name))
  if (some(/idx\d.ubyte(\.gz)?$/i)) return 'data'
  if (some(/\.(json|bin)$/i)) return 'model'
  return some(/\.parquet$/i) || ARCHIVE.test(files[0]?.name ?? '') ? 'pictures' : 'images'
}

/** Passes files on by their kind. */
export function sortFiles(files: readonly File[], targets: DropTargets): void {
  const [first] = files
  if (!first) return
  const kind = kindOfFiles(files)
  if (kind === 'data' || kind === 'model') targets[kind](files)
  else if (kind === 'pictures')
    targets.pictures((ARCHIVE.test(first.name) ? [first] : files).map((file) => ({ path: file.name, file })))
  else if (files.length > 1) void targets.images(files)
  else targets.image(first)
}
