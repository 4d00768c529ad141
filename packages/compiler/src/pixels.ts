import type { PixelPrograms } from '@treadle/kernels'
import type { Program } from './program.ts'
import { upload } from './upload.ts'

/**
 * Makes the instructions of a program gather images by pixel programs.
 * @param firstRow the row of the data that the first program is for
 * @returns a function that frees the pixel programs
 */
export function pointPrograms(
  program: Program,
  pixels: PixelPrograms,
  { source, firstRow }: { readonly source: number; readonly firstRow: number },
): () => void {
  const { host } = program
  const programs = upload(host, pixels.words)
  const starts = upload(host, pixels.starts)
  for (const operation of program.operations('gatherAugmented')) {
    program.patch(operation, 'source', source)
    program.patch(operation, 'programs', programs)
    program.patch(operation, 'starts', starts - 4 * firstRow)
    program.enable(operation, true)
  }
  return () => {
    host.free(programs)
    host.free(starts)
  }
}
