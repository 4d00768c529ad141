import type { ImageDataset } from '@treadle/core'
import { loadImages, type LoadDatasetOptions, type LoadOptions } from '@treadle/dataset'
import type { PictureFile } from './protocol.ts'

/** Loads pictures as the command does for the same recipe. @param asked what the recipe asks for */
export async function openPictures(
  files: readonly PictureFile[],
  asked: LoadDatasetOptions,
  options: LoadOptions,
): Promise<ImageDataset> {
  const { seed = 0, testFraction = 0.2, labelOffset: _, ...rest } = asked
  const split = { fraction: testFraction, seed }
  return loadImages({ files: files.map(withPath) }, { ...rest, ...options, split })
}

/** The file with its path as that of a chosen folder; a clone of a `File` may have lost its own. */
function withPath({ path, file }: PictureFile): File {
  // A copy: the property of a file that is stored must stay as it is.
  const named = new File([file], file.name, { type: file.type, lastModified: file.lastModified })
  if (path.includes('/')) Object.defineProperty(named, 'webkitRelativePath', { value: `pictures/${path}` })
  return named
}
