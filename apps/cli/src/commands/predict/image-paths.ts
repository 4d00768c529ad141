import { TreadleError } from '@treadle/core'
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'

/** Standard input. */
export const STDIN = '-'

/** Names of image files in folders; their content decides the format. A file that is named itself is always read. */
const IMAGES = '**/*.{png,jpg,jpeg,jfif,webp,gif,bmp}'

/**
 * The image files that a word of the command line means: a file, all images in a folder and below it, or those that a
 * glob matches; sorted.
 * @throws TreadleError `CLI_NO_IMAGES` for a folder or a glob without images
 */
export async function imagePaths(word: string, cwd: string): Promise<string[]> {
  if (word === STDIN) return [word]
  const found = await stat(resolve(cwd, word)).catch(() => undefined)
  if (found?.isDirectory()) {
    const names = await search(IMAGES, resolve(cwd, word))
    if (names.length === 0) throw noImages(`${word} is a folder without images`)
    return names.map((name) => join(word, name))
  }
  // A file whose name looks like a glob is a file.
  if (found !== undefined || !isDynamicPattern(word)) return [word]
  const names = await search(word.replaceAll('\\', '/'), cwd)
  if (names.length === 0) throw noImages(`no file matches ${word}`)
  return names
}

async function search(pattern: string, cwd: string): Promise<string[]> {
  const names = await glob(pattern, { cwd, caseSensitiveMatch: false, expandDirectories: false })
  return names.sort()
}

const noImages = (reason: string) =>
  new TreadleError(
    'CLI_NO_IMAGES',
    `${reason}. Give image files (PNG, JPEG, WebP, GIF, BMP), a folder of them or a glob.`,
  )
